-- roles: owner

-- Reads what `vetchium audit` compares of the routing rows: pages in the order of the key, from a key on, of one region
-- or (null) of all. Of display names only a hash of all of them leaves the database.
--
-- name: AuditHubUsers :many
SELECT
  hub_user_global_id,
  email_address_hash,
  hashing_algorithm,
  handle,
  home_region,
  COALESCE((
    SELECT string_agg(
      concat_ws(' ', names.language_code, names.is_preferred, names.display_name),
      E'\n' ORDER BY names.language_code COLLATE "C"
    )
    FROM hub_user_display_names AS names
    WHERE names.hub_user_global_id = hub_users.hub_user_global_id
  ), '')::TEXT AS display_names
FROM hub_users
WHERE hub_users.hub_user_global_id >= @first
  AND (sqlc.narg(region)::TEXT IS NULL OR home_region = sqlc.narg(region)::TEXT)
ORDER BY hub_users.hub_user_global_id
LIMIT @row_limit;

-- Repair: the hash of the address that the home region has, if the row still bears the one that was found.
-- name: CorrectHubUserEmailHash :execrows
UPDATE hub_users
SET
  email_address_hash = @right_hash,
  hashing_algorithm = @hashing_algorithm
WHERE hub_user_global_id = @hub_user_global_id
  AND email_address_hash = @found_hash;

-- Repair: the routing row of a person whose home has everything else. Fails if hash or handle is somebody else's.
-- name: RestoreHubUser :exec
INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, hashing_algorithm, home_region)
VALUES (@hub_user_global_id, @handle, @email_address_hash, @hashing_algorithm, @home_region);

-- Repair: takes a person's display names away, before the home region's take their place.
-- name: DeleteHubUserDisplayNames :exec
DELETE FROM hub_user_display_names
WHERE hub_user_global_id = @hub_user_global_id;

-- Repair: gives the address and the handle of a routing row without a person back, if it is still the row that was
-- found.
-- name: ReleaseHubUser :execrows
DELETE FROM hub_users
WHERE hub_user_global_id = @hub_user_global_id
  AND email_address_hash = @found_hash
  AND home_region = @home_region;
