-- roles: regional-api

-- Inserts the user's full record, active from the start; the id is that of the global routing row.
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

-- Finds the person with an address, locked until the end of the transaction.
-- roles: owner
-- name: LockHubUserByAddress :one
SELECT
  hub_user_global_id,
  status
FROM hub_users
WHERE email_address = @email_address
FOR NO KEY UPDATE;

-- Switches a person off or on.
-- roles: owner
-- name: SetHubUserStatus :execrows
UPDATE hub_users
SET status = @status
WHERE hub_user_global_id = @hub_user_global_id;
