-- roles: global-api

-- Finds the hash by which a person is found; no row when there is no such person.
-- lookup
-- name: FindHubUserEmailHash :one
SELECT found.email_address_hash::BYTEA AS email_address_hash
FROM find_hub_user_email_hash(@hub_user_global_id::UUID) AS found (email_address_hash);

-- Moves a routing row to a new address. The row bears one of the `known_hashes`: those of the address in the home
-- region, or the new ones already. Zero rows: it bears none of them.
-- name: ChangeHubUserEmailHash :execrows
SELECT TRUE AS is_changed
FROM change_hub_user_email_hash(
  @new_hash::BYTEA, @hashing_algorithm::TEXT, @hub_user_global_id::UUID, @known_hashes::BYTEA[]
);

-- Undoes that (compensation); zero rows when it has not happened.
-- name: RevertHubUserEmailHash :execrows
SELECT TRUE AS is_reverted
FROM change_hub_user_email_hash(
  @old_hash::BYTEA, @hashing_algorithm::TEXT, @hub_user_global_id::UUID, ARRAY[@new_hash::BYTEA]
);
