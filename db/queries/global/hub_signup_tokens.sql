-- Invites an address to sign up for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertHubSignupToken :exec
INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, hashing_algorithm, expires_at)
VALUES (
  @token_hash,
  @email_address,
  @email_address_hash,
  'SHA-256',
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Takes a token back whose mail could not be queued.
-- name: DeleteHubSignupToken :execrows
DELETE FROM hub_signup_tokens
WHERE token_hash = @token_hash;

-- An unexpired token, consumed or not, and whether its address has an account by now.
-- lookup
-- name: FindHubSignupToken :one
SELECT
  hub_signup_tokens.email_address,
  hub_signup_tokens.email_address_hash,
  hub_signup_tokens.consumed_at,
  EXISTS (
    SELECT 1
    FROM hub_users
    WHERE hub_users.email_address_hash = hub_signup_tokens.email_address_hash
  ) AS is_registered
FROM hub_signup_tokens
WHERE hub_signup_tokens.token_hash = @token_hash
  AND hub_signup_tokens.expires_at > now();

-- Finds a token, locked until the end of the transaction, so that of two completions with one token only one goes
-- through.
-- name: LockHubSignupToken :one
SELECT
  hub_signup_tokens.email_address,
  hub_signup_tokens.email_address_hash,
  hub_signup_tokens.consumed_at,
  EXISTS (
    SELECT 1
    FROM hub_users
    WHERE hub_users.email_address_hash = hub_signup_tokens.email_address_hash
  ) AS is_registered
FROM hub_signup_tokens
WHERE hub_signup_tokens.token_hash = @token_hash
  AND hub_signup_tokens.expires_at > now()
FOR UPDATE OF hub_signup_tokens;

-- Spends a token; zero rows when it was spent before.
-- name: ConsumeHubSignupToken :execrows
UPDATE hub_signup_tokens
SET consumed_at = now()
WHERE token_hash = @token_hash
  AND consumed_at IS NULL;

-- Gives a spent token back (compensation), so that the person can try again with the same link.
-- name: ReleaseHubSignupToken :execrows
UPDATE hub_signup_tokens
SET consumed_at = NULL
WHERE token_hash = @token_hash;
