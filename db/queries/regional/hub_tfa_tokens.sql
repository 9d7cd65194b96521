-- Opens the second step of a login for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertHubTFAToken :exec
INSERT INTO hub_tfa_tokens (token_hash, hub_user_global_id, code_hash, expires_at)
VALUES (
  @token_hash,
  @hub_user_global_id,
  @code_hash,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Locks a token that may still be tried, so that parallel guesses are counted one after the other and
-- cannot exceed five.
-- name: LockHubTFAToken :one
SELECT
  hub_tfa_tokens.hub_user_global_id,
  hub_tfa_tokens.code_hash,
  hub_users.status,
  hub_users.preferred_language
FROM hub_tfa_tokens
JOIN hub_users USING (hub_user_global_id)
WHERE hub_tfa_tokens.token_hash = @token_hash
  AND hub_tfa_tokens.expires_at > now()
  AND hub_tfa_tokens.failed_attempts < 5
FOR UPDATE OF hub_tfa_tokens;

-- Counts a wrong code against the token.
-- name: CountHubTFAFailure :execrows
UPDATE hub_tfa_tokens
SET failed_attempts = failed_attempts + 1
WHERE token_hash = @token_hash;

-- A token is used once.
-- name: DeleteHubTFAToken :execrows
DELETE FROM hub_tfa_tokens
WHERE token_hash = @token_hash;

-- name: DeleteHubTFATokensOfUser :exec
DELETE FROM hub_tfa_tokens
WHERE hub_user_global_id = @hub_user_global_id;
