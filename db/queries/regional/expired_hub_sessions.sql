-- Expanded from db/templates/expired_tokens.sql; edit that and run `make generate`.

-- name: DeleteExpiredHubSessions :execrows
DELETE FROM hub_sessions
WHERE token_hash = ANY (ARRAY(
  SELECT expired.token_hash
  FROM hub_sessions AS expired
  WHERE expired.expires_at <= now()
  ORDER BY expired.expires_at
  LIMIT sqlc.arg(most_rows)::INTEGER
  FOR UPDATE SKIP LOCKED
));
