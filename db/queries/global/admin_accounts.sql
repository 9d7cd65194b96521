-- Expanded from db/templates/accounts.sql; edit that and run `make generate`.

-- What a login needs to know of an account. No password (an invited account's) reads as an empty hash, which no
-- password matches.
-- lookup
-- name: FindAdminCredentials :one
SELECT
  email_address,
  coalesce(password_hash, '')::TEXT AS password_hash,
  (status = 'active')::BOOLEAN AS is_active,
  preferred_language
FROM admin_users
WHERE admin_user_id = @admin_user_id;

-- Opens the second step of a login for `lifetime_ms` milliseconds by the database's clock, but only if the password that was
-- verified is still the password, and the address that the code goes to still the address: zero rows when one of them was changed
-- meanwhile. The lock on the account lasts until the end of the transaction, so a change that comes next finds this token and
-- deletes it.
-- name: InsertAdminTFAToken :execrows
INSERT INTO admin_tfa_tokens (token_hash, admin_user_id, code_hash, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  admin_users.admin_user_id,
  sqlc.arg(code_hash)::BYTEA,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
FROM admin_users
WHERE admin_users.admin_user_id = sqlc.arg(admin_user_id)::UUID
  AND admin_users.password_hash = sqlc.arg(verified_password_hash)::TEXT
  AND admin_users.email_address = sqlc.arg(mailed_address)::TEXT
FOR SHARE;

-- Locks a token that may still be tried, so that parallel guesses are counted one after the other and
-- cannot exceed five.
-- name: LockAdminTFAToken :one
SELECT
  admin_tfa_tokens.admin_user_id AS user_id,
  admin_tfa_tokens.code_hash,
  (admin_users.status = 'active')::BOOLEAN AS is_active,
  admin_users.preferred_language
FROM admin_tfa_tokens
JOIN admin_users USING (admin_user_id)
WHERE admin_tfa_tokens.token_hash = @token_hash
  AND admin_tfa_tokens.expires_at > now()
  AND admin_tfa_tokens.failed_attempts < 5
FOR UPDATE OF admin_tfa_tokens;

-- Counts a wrong code against the token.
-- name: CountAdminTFAFailure :execrows
UPDATE admin_tfa_tokens
SET failed_attempts = failed_attempts + 1
WHERE token_hash = @token_hash;

-- A token is used once.
-- name: DeleteAdminTFAToken :execrows
DELETE FROM admin_tfa_tokens
WHERE token_hash = @token_hash;

-- Opens a session that ends `lifetime_ms` milliseconds from now by the database's clock.
-- name: InsertAdminSession :exec
INSERT INTO admin_sessions (token_hash, admin_user_id, expires_at)
VALUES (
  @token_hash,
  @admin_user_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Ends a session; zero rows when there is none.
-- name: DeleteAdminSession :execrows
DELETE FROM admin_sessions
WHERE token_hash = @token_hash;

-- The language of later mails and answers.
-- name: SetAdminLanguage :execrows
UPDATE admin_users
SET preferred_language = @preferred_language
WHERE admin_user_id = @admin_user_id;

-- Replaces a password hash, but only the one that was verified: zero rows when the password has changed
-- in the meantime.
-- name: ReplaceAdminPasswordHash :execrows
UPDATE admin_users
SET password_hash = sqlc.arg(new_password_hash)::TEXT
WHERE admin_user_id = @admin_user_id
  AND password_hash = sqlc.arg(verified_password_hash)::TEXT;

-- Sets the password of somebody who has proven to be the owner of the address; zero rows when the account is not active.
-- name: SetAdminPasswordHash :execrows
UPDATE admin_users
SET password_hash = sqlc.arg(new_password_hash)::TEXT
WHERE admin_user_id = @admin_user_id
  AND status = 'active';

-- Lets whoever holds the token choose a new password for `lifetime_ms` milliseconds by the database's clock. Zero rows when the
-- account has another address by now than the one that the token is mailed to. A change of address that comes next waits for the
-- end of the transaction, finds this token and deletes it.
-- name: InsertAdminPasswordResetToken :execrows
INSERT INTO admin_password_reset_tokens (token_hash, admin_user_id, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  admin_users.admin_user_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
FROM admin_users
WHERE admin_users.admin_user_id = sqlc.arg(admin_user_id)::UUID
  AND admin_users.email_address = sqlc.arg(mailed_address)::TEXT
FOR SHARE;

-- Whose password an unexpired token resets.
-- lookup
-- name: FindAdminPasswordResetToken :one
SELECT
  admin_password_reset_tokens.admin_user_id AS user_id,
  (admin_users.status = 'active')::BOOLEAN AS is_active
FROM admin_password_reset_tokens
JOIN admin_users USING (admin_user_id)
WHERE admin_password_reset_tokens.token_hash = @token_hash
  AND admin_password_reset_tokens.expires_at > now();

-- A token is used once: of two who try, one gets zero rows.
-- name: DeleteAdminPasswordResetToken :execrows
DELETE FROM admin_password_reset_tokens
WHERE token_hash = @token_hash
  AND expires_at > now();

-- Every unfinished login of an account.
-- name: DeleteAdminTFATokensOfUser :execrows
DELETE FROM admin_tfa_tokens
WHERE admin_user_id = @admin_user_id;

-- Every password reset that an account could still be taken over with.
-- name: DeleteAdminPasswordResetTokensOfUser :execrows
DELETE FROM admin_password_reset_tokens
WHERE admin_user_id = @admin_user_id;

-- Every session of an account but one; all of them if none is named.
-- name: DeleteAdminSessionsOfUser :execrows
DELETE FROM admin_sessions
WHERE admin_user_id = @admin_user_id
  AND token_hash IS DISTINCT FROM sqlc.narg(kept_token_hash)::BYTEA;
