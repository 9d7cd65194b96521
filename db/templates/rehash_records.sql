-- Reads the addresses for which `vetchium rehash` makes new hashes, in the region whose people they are.
--
-- {{users}} is the table of people or of tenants' users, {{id}} its key.
--
-- roles: owner
-- protocol: RehashedRecords
-- expand: regional RegionalHubTables users=hub_users id=hub_user_global_id
-- expand: regional RegionalOrgTables users=org_users id=org_user_id
-- expand: regional RegionalAgencyTables users=agency_users id=agency_user_id

-- The addresses of some users, and whether a saga about one of them is open: then the routing row may be ahead of the
-- address.
-- name: ListAddresses :many
SELECT
  {{id}} AS user_id,
  email_address,
  EXISTS (SELECT 1 FROM sagas WHERE sagas.subject_id = {{users}}.{{id}}) AS is_changing
FROM {{users}}
WHERE {{id}} = ANY (sqlc.arg(user_ids)::UUID[]);
