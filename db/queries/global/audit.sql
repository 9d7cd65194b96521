-- Reads what `vetchium audit` compares of the routing rows: pages in the order of the key, from a key on, of one region
-- or (null) of all.
--
-- name: AuditHubUsers :many
SELECT
  hub_user_global_id,
  email_address_hash,
  handle,
  home_region
FROM hub_users
WHERE hub_user_global_id >= @first
  AND (sqlc.narg(region)::TEXT IS NULL OR home_region = sqlc.narg(region)::TEXT)
ORDER BY hub_user_global_id
LIMIT @row_limit;

-- Repair: the hash of the address that the home region has, if the row still bears the one that was found.
-- name: CorrectHubUserEmailHash :execrows
UPDATE hub_users
SET email_address_hash = @right_hash
WHERE hub_user_global_id = @hub_user_global_id
  AND email_address_hash = @found_hash;

-- Repair: the routing row of a person whose home has everything else. Fails if hash or handle is somebody else's.
-- name: RestoreHubUser :exec
INSERT INTO hub_users (hub_user_global_id, handle, email_address_hash, hashing_algorithm, home_region)
VALUES (@hub_user_global_id, @handle, @email_address_hash, 'SHA-256', @home_region);

-- Repair: gives the address and the handle of a routing row without a person back, if it is still the row that was
-- found.
-- name: ReleaseHubUser :execrows
DELETE FROM hub_users
WHERE hub_user_global_id = @hub_user_global_id
  AND email_address_hash = @found_hash
  AND home_region = @home_region;
