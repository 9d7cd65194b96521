-- Reads and replaces what `vetchium rehash` moves to the newest key: hashes of addresses in the global database. The
-- owner's rights are needed.
--
-- {{users}} is the table of people or of tenants' users, {{id}} its key.
--
-- roles: owner
-- protocol: RehashedRouting
-- expand: global GlobalHubTables users=hub_users id=hub_user_global_id
-- expand: global GlobalOrgTables users=org_users id=org_user_id
-- expand: global GlobalAgencyTables users=agency_users id=agency_user_id

-- A page of a region's rows whose hash the wanted algorithm has not made, in the order of the key, after one.
-- name: ListOtherHashes :many
SELECT
  {{id}} AS user_id,
  email_address_hash,
  hashing_algorithm
FROM {{users}}
WHERE home_region = @home_region
  AND hashing_algorithm <> @hashing_algorithm
  AND {{id}} > sqlc.arg(after)::UUID
ORDER BY {{id}}
LIMIT @row_limit;

-- Gives rows new hashes, if they still bear those that were found. The three arrays run in parallel and are equally
-- long. Fails on a unique constraint if another row has a new hash already.
-- name: ReplaceHashes :execrows
UPDATE {{users}}
SET
  email_address_hash = replaced.new_hash,
  hashing_algorithm = @hashing_algorithm
FROM (
  SELECT
    unnest(sqlc.arg(user_ids)::UUID[]) AS user_id,
    unnest(sqlc.arg(found_hashes)::BYTEA[]) AS found_hash,
    unnest(sqlc.arg(new_hashes)::BYTEA[]) AS new_hash
) AS replaced
WHERE {{users}}.{{id}} = replaced.user_id
  AND {{users}}.email_address_hash = replaced.found_hash;
