-- Lets the user choose a new password for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertHubPasswordResetToken :exec
INSERT INTO hub_password_reset_tokens (token_hash, hub_user_global_id, expires_at)
VALUES (
  @token_hash,
  @hub_user_global_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Whose token this is, if it can still be used.
-- lookup
-- name: FindHubPasswordResetToken :one
SELECT
  hub_users.hub_user_global_id,
  hub_users.status
FROM hub_password_reset_tokens
JOIN hub_users USING (hub_user_global_id)
WHERE hub_password_reset_tokens.token_hash = @token_hash
  AND hub_password_reset_tokens.expires_at > now();

-- Spends a token: of two who try, one gets zero rows.
-- name: SpendHubPasswordResetToken :execrows
DELETE FROM hub_password_reset_tokens
WHERE token_hash = @token_hash
  AND expires_at > now();

-- name: DeleteHubPasswordResetTokensOfUser :exec
DELETE FROM hub_password_reset_tokens
WHERE hub_user_global_id = @hub_user_global_id;
