-- Invites an address to sign up for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertHubSignupToken :exec
INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, hashing_algorithm, expires_at)
VALUES (
  @token_hash,
  @email_address,
  @email_address_hash,
  @hashing_algorithm,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Takes a token back whose mail could not be queued.
-- name: DeleteHubSignupToken :execrows
DELETE FROM hub_signup_tokens
WHERE token_hash = @token_hash;

-- An unexpired token, consumed or not. Whether its address has an account by now is another question, since the address
-- may be known by another hash than the token's.
-- lookup
-- name: FindHubSignupToken :one
SELECT
  email_address,
  consumed_at
FROM hub_signup_tokens
WHERE token_hash = @token_hash
  AND expires_at > now();

-- Finds a token, locked until the end of the transaction, so that of two completions with one token only one goes
-- through.
-- name: LockHubSignupToken :one
SELECT
  email_address,
  consumed_at
FROM hub_signup_tokens
WHERE token_hash = @token_hash
  AND expires_at > now()
FOR UPDATE;

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
