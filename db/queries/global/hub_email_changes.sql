-- Finds the hash by which a person is found; no row when there is no such person.
-- lookup
-- name: FindHubUserEmailHash :one
SELECT email_address_hash
FROM hub_users
WHERE hub_user_global_id = @hub_user_global_id;

-- Moves a routing row to a new address. The row bears one of the `known_hashes`: those of the address in the home
-- region, or the new ones already. Zero rows: it bears none of them.
-- name: ChangeHubUserEmailHash :execrows
UPDATE hub_users
SET
  email_address_hash = @new_hash,
  hashing_algorithm = @hashing_algorithm
WHERE hub_user_global_id = @hub_user_global_id
  AND email_address_hash = ANY(@known_hashes::BYTEA[]);

-- Undoes that (compensation); zero rows when it has not happened.
-- name: RevertHubUserEmailHash :execrows
UPDATE hub_users
SET
  email_address_hash = @old_hash,
  hashing_algorithm = @hashing_algorithm
WHERE hub_user_global_id = @hub_user_global_id
  AND email_address_hash = @new_hash;
