-- Expanded from db/templates/accounts.sql; edit that and run `make generate`.

-- What a login needs to know of an account. No password (an invited account's) reads as an empty hash, which no
-- password matches.
-- lookup
-- name: FindHubCredentials :one
SELECT
  email_address,
  coalesce(password_hash, '')::TEXT AS password_hash,
  (status = 'active')::BOOLEAN AS is_active,
  preferred_language
FROM hub_users
WHERE hub_user_global_id = @hub_user_global_id;

-- Opens the second step of a login for `lifetime_ms` milliseconds by the database's clock, but only if the password that was
-- verified is still the password, and the address that the code goes to still the address: zero rows when one of them was changed
-- meanwhile. The lock on the account lasts until the end of the transaction, so a change that comes next finds this token and
-- deletes it.
-- name: InsertHubTFAToken :execrows
INSERT INTO hub_tfa_tokens (token_hash, hub_user_global_id, code_hash, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  hub_users.hub_user_global_id,
  sqlc.arg(code_hash)::BYTEA,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
FROM hub_users
WHERE hub_users.hub_user_global_id = sqlc.arg(hub_user_global_id)::UUID
  AND hub_users.password_hash = sqlc.arg(verified_password_hash)::TEXT
  AND hub_users.email_address = sqlc.arg(mailed_address)::TEXT
FOR SHARE;

-- Locks a token that may still be tried, so that parallel guesses are counted one after the other and
-- cannot exceed five.
-- name: LockHubTFAToken :one
SELECT
  hub_tfa_tokens.hub_user_global_id AS user_id,
  hub_tfa_tokens.code_hash,
  (hub_users.status = 'active')::BOOLEAN AS is_active,
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

-- Opens a session that ends `lifetime_ms` milliseconds from now by the database's clock.
-- name: InsertHubSession :exec
INSERT INTO hub_sessions (token_hash, hub_user_global_id, expires_at)
VALUES (
  @token_hash,
  @hub_user_global_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Ends a session; zero rows when there is none.
-- name: DeleteHubSession :execrows
DELETE FROM hub_sessions
WHERE token_hash = @token_hash;

-- The language of later mails and answers.
-- name: SetHubLanguage :execrows
UPDATE hub_users
SET preferred_language = @preferred_language
WHERE hub_user_global_id = @hub_user_global_id;

-- Replaces a password hash, but only the one that was verified: zero rows when the password has changed
-- in the meantime.
-- name: ReplaceHubPasswordHash :execrows
UPDATE hub_users
SET password_hash = sqlc.arg(new_password_hash)::TEXT
WHERE hub_user_global_id = @hub_user_global_id
  AND password_hash = sqlc.arg(verified_password_hash)::TEXT;

-- Sets the password of somebody who has proven to be the owner of the address; zero rows when the account is not active.
-- name: SetHubPasswordHash :execrows
UPDATE hub_users
SET password_hash = sqlc.arg(new_password_hash)::TEXT
WHERE hub_user_global_id = @hub_user_global_id
  AND status = 'active';

-- Lets whoever holds the token choose a new password for `lifetime_ms` milliseconds by the database's clock. Zero rows when the
-- account has another address by now than the one that the token is mailed to. A change of address that comes next waits for the
-- end of the transaction, finds this token and deletes it.
-- name: InsertHubPasswordResetToken :execrows
INSERT INTO hub_password_reset_tokens (token_hash, hub_user_global_id, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  hub_users.hub_user_global_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
FROM hub_users
WHERE hub_users.hub_user_global_id = sqlc.arg(hub_user_global_id)::UUID
  AND hub_users.email_address = sqlc.arg(mailed_address)::TEXT
FOR SHARE;

-- Whose password an unexpired token resets.
-- lookup
-- name: FindHubPasswordResetToken :one
SELECT
  hub_password_reset_tokens.hub_user_global_id AS user_id,
  (hub_users.status = 'active')::BOOLEAN AS is_active
FROM hub_password_reset_tokens
JOIN hub_users USING (hub_user_global_id)
WHERE hub_password_reset_tokens.token_hash = @token_hash
  AND hub_password_reset_tokens.expires_at > now();

-- A token is used once: of two who try, one gets zero rows.
-- name: DeleteHubPasswordResetToken :execrows
DELETE FROM hub_password_reset_tokens
WHERE token_hash = @token_hash
  AND expires_at > now();

-- Every unfinished login of an account.
-- name: DeleteHubTFATokensOfUser :execrows
DELETE FROM hub_tfa_tokens
WHERE hub_user_global_id = @hub_user_global_id;

-- Every password reset that an account could still be taken over with.
-- name: DeleteHubPasswordResetTokensOfUser :execrows
DELETE FROM hub_password_reset_tokens
WHERE hub_user_global_id = @hub_user_global_id;

-- Every session of an account but one; all of them if none is named.
-- name: DeleteHubSessionsOfUser :execrows
DELETE FROM hub_sessions
WHERE hub_user_global_id = @hub_user_global_id
  AND token_hash IS DISTINCT FROM sqlc.narg(kept_token_hash)::BYTEA;
