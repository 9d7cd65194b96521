-- roles: regional-api

-- Holds off changes of an account until the end of the transaction: what ends its sessions and tokens comes before or
-- after all of it.
-- name: HoldHubUser :execrows
SELECT hub_user_global_id
FROM hub_users
WHERE hub_user_global_id = @hub_user_global_id
FOR SHARE;

-- Lets whoever reads the new address's mail confirm it for `lifetime_ms` milliseconds by the database's clock. Zero
-- rows when the session that asks for it is over, or its person not active; to be asked while the account is held.
-- name: InsertHubEmailVerificationToken :execrows
INSERT INTO hub_email_verification_tokens (token_hash, hub_user_global_id, new_email_address, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  hub_sessions.hub_user_global_id,
  sqlc.arg(new_email_address)::TEXT,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
FROM hub_sessions
JOIN hub_users USING (hub_user_global_id)
WHERE hub_sessions.token_hash = sqlc.arg(session_hash)::BYTEA
  AND hub_sessions.expires_at > now()
  AND hub_users.status = 'active';

-- name: DeleteHubEmailVerificationTokensOfUser :exec
DELETE FROM hub_email_verification_tokens
WHERE hub_user_global_id = @hub_user_global_id;
