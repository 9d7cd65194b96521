-- Lets whoever reads the new address's mail confirm it for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertHubEmailVerificationToken :exec
INSERT INTO hub_email_verification_tokens (token_hash, hub_user_global_id, new_email_address, expires_at)
VALUES (
  @token_hash,
  @hub_user_global_id,
  @new_email_address,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- name: DeleteHubEmailVerificationTokensOfUser :exec
DELETE FROM hub_email_verification_tokens
WHERE hub_user_global_id = @hub_user_global_id;
