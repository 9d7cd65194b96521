-- How an account signs in, stays signed in and changes its password: the same for every kind of account. A status other
-- than `active` never needs telling apart here.
--
-- {{portal}} begins the tables' names, {{user_id}} is the column of the account's id.
--
-- roles: regional-api global-service
-- protocol: AccountTables
-- expand: regional RegionalHubTables portal=hub user_id=hub_user_global_id
-- expand: global GlobalAdminTables portal=admin user_id=admin_user_id
-- expand: regional RegionalOrgTables portal=org user_id=org_user_id
-- expand: regional RegionalAgencyTables portal=agency user_id=agency_user_id

-- Reads what a login needs to know of an account. No password (an invited account's) reads as an empty hash, which no
-- password matches.
-- lookup
-- name: FindCredentials :one
SELECT
  email_address,
  coalesce(password_hash, '')::TEXT AS password_hash,
  (status = 'active')::BOOLEAN AS is_active,
  preferred_language
FROM {{portal}}_users
WHERE {{user_id}} = sqlc.arg(user_id)::UUID;

-- Locks an account until the end of the transaction, before any of its tokens and sessions; the columns say how it is
-- once it is locked. No row for an account that is not there.
-- name: LockAccount :one
SELECT
  (status = 'active')::BOOLEAN AS is_active,
  preferred_language
FROM {{portal}}_users
WHERE {{user_id}} = sqlc.arg(user_id)::UUID
FOR NO KEY UPDATE;

-- Opens the second step of a login for `lifetime_ms` milliseconds by the database's clock, but only if the account is
-- active, the password that was verified still the password, and the address that the code goes to still the address:
-- zero rows when one of them was changed meanwhile. The lock on the account lasts until the end of the transaction, so
-- a change that comes next finds this token and deletes it.
-- name: InsertTFAToken :execrows
INSERT INTO {{portal}}_tfa_tokens (token_hash, {{user_id}}, code_hash, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  {{portal}}_users.{{user_id}},
  sqlc.arg(code_hash)::BYTEA,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
FROM {{portal}}_users
WHERE {{portal}}_users.{{user_id}} = sqlc.arg(user_id)::UUID
  AND {{portal}}_users.password_hash = sqlc.arg(verified_password_hash)::TEXT
  AND {{portal}}_users.email_address = sqlc.arg(mailed_address)::TEXT
  AND {{portal}}_users.status = 'active'
FOR SHARE;

-- Finds the account whose login a token goes on with, if the token may still be tried.
-- lookup
-- name: FindTFAToken :one
SELECT {{user_id}} AS user_id
FROM {{portal}}_tfa_tokens
WHERE token_hash = @token_hash
  AND expires_at > now()
  AND failed_attempts < 5;

-- Locks a token that may still be tried, after its account: parallel guesses are counted one after the other and cannot
-- exceed five.
-- name: LockTFAToken :one
SELECT code_hash
FROM {{portal}}_tfa_tokens
WHERE token_hash = @token_hash
  AND expires_at > now()
  AND failed_attempts < 5
FOR UPDATE;

-- Counts a wrong code against the token.
-- name: CountTFAFailure :execrows
UPDATE {{portal}}_tfa_tokens
SET failed_attempts = failed_attempts + 1
WHERE token_hash = @token_hash;

-- Deletes a token, since it is used once.
-- name: DeleteTFAToken :execrows
DELETE FROM {{portal}}_tfa_tokens
WHERE token_hash = @token_hash;

-- Opens a session that ends `lifetime_ms` milliseconds from now by the database's clock.
-- name: InsertSession :exec
INSERT INTO {{portal}}_sessions (token_hash, {{user_id}}, expires_at)
VALUES (
  @token_hash,
  sqlc.arg(user_id)::UUID,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Tells whether a session is open; always one row.
-- name: IsSessionOpen :one
SELECT EXISTS (
  SELECT 1
  FROM {{portal}}_sessions
  WHERE token_hash = @token_hash
    AND expires_at > now()
) AS is_open;

-- Ends a session; zero rows when there is none.
-- name: DeleteSession :execrows
DELETE FROM {{portal}}_sessions
WHERE token_hash = @token_hash;

-- Sets the language of later mails and answers.
-- name: SetLanguage :execrows
UPDATE {{portal}}_users
SET preferred_language = @preferred_language
WHERE {{user_id}} = sqlc.arg(user_id)::UUID;

-- Replaces a password hash, but only the one that was verified, and only of an active account: zero rows when the
-- password or the status has changed in the meantime.
-- name: ReplacePasswordHash :execrows
UPDATE {{portal}}_users
SET password_hash = sqlc.arg(new_password_hash)::TEXT
WHERE {{user_id}} = sqlc.arg(user_id)::UUID
  AND password_hash = sqlc.arg(verified_password_hash)::TEXT
  AND status = 'active';

-- Sets the password of somebody who has proven to be the owner of the address; zero rows when the account is not
-- active.
-- name: SetPasswordHash :execrows
UPDATE {{portal}}_users
SET password_hash = sqlc.arg(new_password_hash)::TEXT
WHERE {{user_id}} = sqlc.arg(user_id)::UUID
  AND status = 'active';

-- Lets whoever holds the token choose a new password for `lifetime_ms` milliseconds by the database's clock. Zero rows
-- when the account is not active, or has another address by now than the one that the token is mailed to. A change of
-- address or status that comes next waits for the end of the transaction, finds this token and deletes it.
-- name: InsertPasswordResetToken :execrows
INSERT INTO {{portal}}_password_reset_tokens (token_hash, {{user_id}}, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  {{portal}}_users.{{user_id}},
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
FROM {{portal}}_users
WHERE {{portal}}_users.{{user_id}} = sqlc.arg(user_id)::UUID
  AND {{portal}}_users.email_address = sqlc.arg(mailed_address)::TEXT
  AND {{portal}}_users.status = 'active'
FOR SHARE;

-- Does for somebody who gets no token what `InsertPasswordResetToken` does, to be rolled back: a token that has expired
-- already and that nobody has, of the account whose id comes next to a random one.
-- name: InsertDecoyPasswordResetToken :execrows
INSERT INTO {{portal}}_password_reset_tokens (token_hash, {{user_id}}, expires_at)
SELECT
  sqlc.arg(token_hash)::BYTEA,
  {{portal}}_users.{{user_id}},
  now()
FROM {{portal}}_users
WHERE {{portal}}_users.{{user_id}} = coalesce(
  (
    SELECT next.{{user_id}}
    FROM {{portal}}_users AS next
    WHERE next.{{user_id}} >= sqlc.arg(random_id)::UUID
    ORDER BY next.{{user_id}}
    LIMIT 1
  ),
  (
    SELECT lowest.{{user_id}}
    FROM {{portal}}_users AS lowest
    ORDER BY lowest.{{user_id}}
    LIMIT 1
  )
)
FOR SHARE SKIP LOCKED;

-- Finds the account whose password an unexpired token resets.
-- lookup
-- name: FindPasswordResetToken :one
SELECT
  {{portal}}_password_reset_tokens.{{user_id}} AS user_id,
  ({{portal}}_users.status = 'active')::BOOLEAN AS is_active
FROM {{portal}}_password_reset_tokens
JOIN {{portal}}_users USING ({{user_id}})
WHERE {{portal}}_password_reset_tokens.token_hash = @token_hash
  AND {{portal}}_password_reset_tokens.expires_at > now();

-- Deletes a token, since it is used once: of two who try, one gets zero rows.
-- name: DeletePasswordResetToken :execrows
DELETE FROM {{portal}}_password_reset_tokens
WHERE token_hash = @token_hash
  AND expires_at > now();

-- Deletes every unfinished login of an account.
-- name: DeleteTFATokensOfUser :execrows
DELETE FROM {{portal}}_tfa_tokens
WHERE {{user_id}} = sqlc.arg(user_id)::UUID;

-- Deletes every password reset that an account could still be taken over with.
-- name: DeletePasswordResetTokensOfUser :execrows
DELETE FROM {{portal}}_password_reset_tokens
WHERE {{user_id}} = sqlc.arg(user_id)::UUID;

-- Deletes every session of an account but one; all of them if none is named.
-- name: DeleteSessionsOfUser :execrows
DELETE FROM {{portal}}_sessions
WHERE {{user_id}} = sqlc.arg(user_id)::UUID
  AND token_hash IS DISTINCT FROM sqlc.narg(kept_token_hash)::BYTEA;
