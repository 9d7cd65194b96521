-- Expanded from db/templates/expired_tokens.sql; edit that and run `make generate`.

-- name: DeleteExpiredOrgPasswordResetTokens :execrows
DELETE FROM org_password_reset_tokens
WHERE token_hash = ANY (ARRAY(
  SELECT expired.token_hash
  FROM org_password_reset_tokens AS expired
  WHERE expired.expires_at <= now()
  ORDER BY expired.expires_at
  LIMIT sqlc.arg(most_rows)::INTEGER
  FOR UPDATE SKIP LOCKED
));
