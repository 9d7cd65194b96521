-- roles: global-api

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
SELECT TRUE AS is_deleted
FROM delete_hub_signup_token(@token_hash::BYTEA);

-- An unexpired token, consumed or not. Whether its address has an account by now is another question, since the address
-- may be known by another hash than the token's.
-- lookup
-- name: FindHubSignupToken :one
SELECT
  found.email_address::TEXT AS email_address,
  found.is_consumed::BOOLEAN AS is_consumed,
  found.email_address_hash::BYTEA AS email_address_hash,
  coalesce(found.made_in, '')::TEXT AS made_in
FROM find_hub_signup_token(@token_hash::BYTEA) AS found (email_address, is_consumed, email_address_hash, made_in);

-- Finds a token, locked until the end of the transaction, so that of two completions with one token only one goes
-- through.
-- name: LockHubSignupToken :one
SELECT
  found.email_address::TEXT AS email_address,
  found.is_consumed::BOOLEAN AS is_consumed
FROM lock_hub_signup_token(@token_hash::BYTEA) AS found (email_address, is_consumed);

-- Spends a token; zero rows when it was spent before.
-- name: ConsumeHubSignupToken :execrows
SELECT TRUE AS is_consumed
FROM consume_hub_signup_token(@token_hash::BYTEA);

-- Gives a spent token back (compensation), so that the person can try again with the same link.
-- name: ReleaseHubSignupToken :execrows
SELECT TRUE AS is_released
FROM release_hub_signup_token(@token_hash::BYTEA);

-- Blanks the address of a spent token and of all others for the same address, once the person's account is in their
-- region.
-- name: ForgetHubSignupAddress :execrows
SELECT TRUE AS is_forgotten
FROM forget_hub_signup_address(@token_hash::BYTEA);
