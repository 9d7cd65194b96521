-- What a login needs to know of a user, found by the id of the global routing row.
-- lookup
-- name: FindHubUserByID :one
SELECT
  email_address,
  password_hash,
  status,
  preferred_language
FROM hub_users
WHERE hub_user_global_id = @hub_user_global_id;

-- The user's full record, active from the start; the id is that of the global routing row.
-- name: InsertHubUser :exec
INSERT INTO hub_users (
  hub_user_global_id,
  email_address,
  handle,
  password_hash,
  preferred_language,
  resident_country_code
)
VALUES (
  @hub_user_global_id,
  @email_address,
  @handle,
  @password_hash,
  @preferred_language,
  @resident_country_code
);

-- All display names of a user in one statement; the three arrays run in parallel and are equally long.
-- name: InsertHubUserDisplayNames :exec
INSERT INTO hub_user_display_names (hub_user_global_id, language_code, display_name, is_preferred)
SELECT
  @hub_user_global_id::UUID,
  unnest(@language_codes::TEXT[]),
  unnest(@display_names::TEXT[]),
  unnest(@preferred::BOOLEAN[]);

-- Replaces a password hash, but only the one that was verified: zero rows when the password has changed
-- in the meantime.
-- name: UpdateHubUserPasswordHash :execrows
UPDATE hub_users
SET password_hash = @new_password_hash
WHERE hub_user_global_id = @hub_user_global_id
  AND password_hash = @old_password_hash;

-- A new password, whatever the old one was; zero rows when the user is not active.
-- name: ResetHubUserPassword :execrows
UPDATE hub_users
SET password_hash = @password_hash
WHERE hub_user_global_id = @hub_user_global_id
  AND status = 'active';

-- The language of later mails.
-- name: SetHubUserLanguage :execrows
UPDATE hub_users
SET preferred_language = @preferred_language
WHERE hub_user_global_id = @hub_user_global_id;
