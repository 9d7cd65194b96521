-- roles: global-api

-- Finds who has an e-mail address, by any of the hashes that it may bear, and which region is home; no personal data is
-- read.
-- lookup
-- name: FindHubUserRouting :one
SELECT
  found.hub_user_global_id::UUID AS hub_user_global_id,
  found.home_region::TEXT AS home_region
FROM find_hub_user(@email_address_hashes::BYTEA[]) AS found (hub_user_global_id, home_region);

-- Inserts the routing row of a new user. Zero rows: the handle is taken, and another one can be tried in the same
-- transaction, or the address is, as a look-up will tell.
-- name: InsertHubUser :execrows
INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, hashing_algorithm, home_region)
VALUES (@hub_user_global_id, @handle, @email_address_hash, @hashing_algorithm, @home_region)
ON CONFLICT DO NOTHING;

-- All display names of a user in one statement; the three arrays run in parallel and are equally long.
-- name: InsertHubUserDisplayNames :exec
INSERT INTO hub_user_display_names (hub_user_global_id, language_code, display_name, is_preferred)
SELECT
  @hub_user_global_id::UUID,
  unnest(@language_codes::TEXT[]),
  unnest(@display_names::TEXT[]),
  unnest(@preferred::BOOLEAN[]);

-- Undoes the routing row (compensation); the display names go with it.
-- name: DeleteHubUser :execrows
SELECT TRUE AS is_deleted
FROM delete_hub_user(@hub_user_global_id::UUID);
