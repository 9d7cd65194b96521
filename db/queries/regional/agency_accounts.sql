-- Expanded from db/templates/accounts.sql; edit that and run `make generate`.

-- What a login needs to know of an account. No password (an invited account's) reads as an empty hash, which no
-- password matches.
-- lookup
-- name: FindAgencyCredentials :one
SELECT
  email_address,
  coalesce(password_hash, '')::TEXT AS password_hash,
  (status = 'active')::BOOLEAN AS is_active,
  preferred_language
FROM agency_users
WHERE agency_user_id = @agency_user_id;

-- Opens the second step of a login for `lifetime_ms` milliseconds by the database's clock, but only if the password that was
-- verified is still the password, and the address that the code goes to still the address: zero rows when one of them was changed
-- meanwhile. The lock on the account lasts until the end of the transaction, so a change that comes next finds this token and
-- deletes it.
-- name: InsertAgencyTFAToken :execrows
INSERT INTO agency_tfa_tokens (token_hash, agency_user_id, code_hash, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  agency_users.agency_user_id,
  sqlc.arg(code_hash)::BYTEA,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
FROM agency_users
WHERE agency_users.agency_user_id = sqlc.arg(agency_user_id)::UUID
  AND agency_users.password_hash = sqlc.arg(verified_password_hash)::TEXT
  AND agency_users.email_address = sqlc.arg(mailed_address)::TEXT
FOR SHARE;

-- Locks a token that may still be tried, so that parallel guesses are counted one after the other and
-- cannot exceed five.
-- name: LockAgencyTFAToken :one
SELECT
  agency_tfa_tokens.agency_user_id AS user_id,
  agency_tfa_tokens.code_hash,
  (agency_users.status = 'active')::BOOLEAN AS is_active,
  agency_users.preferred_language
FROM agency_tfa_tokens
JOIN agency_users USING (agency_user_id)
WHERE agency_tfa_tokens.token_hash = @token_hash
  AND agency_tfa_tokens.expires_at > now()
  AND agency_tfa_tokens.failed_attempts < 5
FOR UPDATE OF agency_tfa_tokens;

-- Counts a wrong code against the token.
-- name: CountAgencyTFAFailure :execrows
UPDATE agency_tfa_tokens
SET failed_attempts = failed_attempts + 1
WHERE token_hash = @token_hash;

-- A token is used once.
-- name: DeleteAgencyTFAToken :execrows
DELETE FROM agency_tfa_tokens
WHERE token_hash = @token_hash;

-- Opens a session that ends `lifetime_ms` milliseconds from now by the database's clock.
-- name: InsertAgencySession :exec
INSERT INTO agency_sessions (token_hash, agency_user_id, expires_at)
VALUES (
  @token_hash,
  @agency_user_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Ends a session; zero rows when there is none.
-- name: DeleteAgencySession :execrows
DELETE FROM agency_sessions
WHERE token_hash = @token_hash;

-- The language of later mails and answers.
-- name: SetAgencyLanguage :execrows
UPDATE agency_users
SET preferred_language = @preferred_language
WHERE agency_user_id = @agency_user_id;

-- Replaces a password hash, but only the one that was verified: zero rows when the password has changed
-- in the meantime.
-- name: ReplaceAgencyPasswordHash :execrows
UPDATE agency_users
SET password_hash = sqlc.arg(new_password_hash)::TEXT
WHERE agency_user_id = @agency_user_id
  AND password_hash = sqlc.arg(verified_password_hash)::TEXT;

-- Sets the password of somebody who has proven to be the owner of the address; zero rows when the account is not active.
-- name: SetAgencyPasswordHash :execrows
UPDATE agency_users
SET password_hash = sqlc.arg(new_password_hash)::TEXT
WHERE agency_user_id = @agency_user_id
  AND status = 'active';

-- Lets whoever holds the token choose a new password for `lifetime_ms` milliseconds by the database's clock. Zero rows when the
-- account has another address by now than the one that the token is mailed to. A change of address that comes next waits for the
-- end of the transaction, finds this token and deletes it.
-- name: InsertAgencyPasswordResetToken :execrows
INSERT INTO agency_password_reset_tokens (token_hash, agency_user_id, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  agency_users.agency_user_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
FROM agency_users
WHERE agency_users.agency_user_id = sqlc.arg(agency_user_id)::UUID
  AND agency_users.email_address = sqlc.arg(mailed_address)::TEXT
FOR SHARE;

-- Whose password an unexpired token resets.
-- lookup
-- name: FindAgencyPasswordResetToken :one
SELECT
  agency_password_reset_tokens.agency_user_id AS user_id,
  (agency_users.status = 'active')::BOOLEAN AS is_active
FROM agency_password_reset_tokens
JOIN agency_users USING (agency_user_id)
WHERE agency_password_reset_tokens.token_hash = @token_hash
  AND agency_password_reset_tokens.expires_at > now();

-- A token is used once: of two who try, one gets zero rows.
-- name: DeleteAgencyPasswordResetToken :execrows
DELETE FROM agency_password_reset_tokens
WHERE token_hash = @token_hash
  AND expires_at > now();

-- Every unfinished login of an account.
-- name: DeleteAgencyTFATokensOfUser :execrows
DELETE FROM agency_tfa_tokens
WHERE agency_user_id = @agency_user_id;

-- Every password reset that an account could still be taken over with.
-- name: DeleteAgencyPasswordResetTokensOfUser :execrows
DELETE FROM agency_password_reset_tokens
WHERE agency_user_id = @agency_user_id;

-- Every session of an account but one; all of them if none is named.
-- name: DeleteAgencySessionsOfUser :execrows
DELETE FROM agency_sessions
WHERE agency_user_id = @agency_user_id
  AND token_hash IS DISTINCT FROM sqlc.narg(kept_token_hash)::BYTEA;
