-- Expanded from db/templates/expired_tokens.sql; edit that and run `make generate`.

-- name: DeleteExpiredAdminSessions :execrows
DELETE FROM admin_sessions
WHERE token_hash = ANY (ARRAY(
  SELECT expired.token_hash
  FROM admin_sessions AS expired
  WHERE expired.expires_at <= now()
  ORDER BY expired.expires_at
  LIMIT sqlc.arg(most_rows)::INTEGER
  FOR UPDATE SKIP LOCKED
));
