-- Finds the hash by which a person is found; no row when there is no such person.
-- lookup
-- name: FindHubUserEmailHash :one
SELECT email_address_hash
FROM hub_users
WHERE hub_user_global_id = @hub_user_global_id;

-- Moves a routing row to a new address. The old hash is that of the address in the home region; the row may bear the
-- new one already. Zero rows: it bears neither.
-- name: ChangeHubUserEmailHash :execrows
UPDATE hub_users
SET email_address_hash = @new_hash
WHERE hub_user_global_id = @hub_user_global_id
  AND email_address_hash IN (@old_hash, @new_hash);

-- Undoes that (compensation); zero rows when it has not happened.
-- name: RevertHubUserEmailHash :execrows
UPDATE hub_users
SET email_address_hash = @old_hash
WHERE hub_user_global_id = @hub_user_global_id
  AND email_address_hash = @new_hash;
