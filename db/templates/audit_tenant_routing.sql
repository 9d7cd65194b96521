-- Reads what `vetchium audit` compares of tenants' routing rows: pages in the order of the key, from a key on, of one
-- region or (null) of all.
--
-- {{portal}} begins the users' tables' names; {{tenants}} is the table of the tenants, {{tenant}} begins its columns.
--
-- roles: owner
-- protocol: AuditedTenantRouting
-- expand: global GlobalOrgTables portal=org tenants=employers tenant=employer
-- expand: global GlobalAgencyTables portal=agency tenants=agencies tenant=agency

-- name: AuditTenantRouting :many
SELECT
  {{tenant}}_id AS tenant_id,
  {{tenant}}_name AS tenant_name,
  region
FROM {{tenants}}
WHERE {{tenant}}_id >= sqlc.arg(first)::UUID
  AND (sqlc.narg(region)::TEXT IS NULL OR region = sqlc.narg(region)::TEXT)
ORDER BY {{tenant}}_id
LIMIT @row_limit;

-- name: AuditUserRouting :many
SELECT
  {{portal}}_user_id AS user_id,
  email_address_hash,
  hashing_algorithm,
  {{tenant}}_id AS tenant_id,
  home_region AS region
FROM {{portal}}_users
WHERE {{portal}}_user_id >= sqlc.arg(first)::UUID
  AND (sqlc.narg(region)::TEXT IS NULL OR home_region = sqlc.narg(region)::TEXT)
ORDER BY {{portal}}_user_id
LIMIT @row_limit;

-- name: AuditDomainRouting :many
SELECT
  domain,
  {{tenant}}_id AS tenant_id,
  region
FROM global_{{tenant}}_domains
WHERE domain COLLATE "C" >= sqlc.arg(first)::TEXT
  AND (sqlc.narg(region)::TEXT IS NULL OR region = sqlc.narg(region)::TEXT)
ORDER BY domain COLLATE "C"
LIMIT @row_limit;

-- Repair: gives the address of a user whom the region does not have back, if the row is still the one that was found.
-- name: ReleaseUserRouting :execrows
DELETE FROM {{portal}}_users
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID
  AND email_address_hash = @found_hash
  AND home_region = @home_region;

-- Repair: forgets a tenant of which the region has nothing, once no user and no domain of it is left.
-- name: ReleaseTenantRouting :execrows
DELETE FROM {{tenants}}
WHERE {{tenants}}.{{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND {{tenants}}.region = @home_region
  AND NOT EXISTS (SELECT 1 FROM {{portal}}_users WHERE {{portal}}_users.{{tenant}}_id = {{tenants}}.{{tenant}}_id)
  AND NOT EXISTS (
    SELECT 1 FROM global_{{tenant}}_domains WHERE global_{{tenant}}_domains.{{tenant}}_id = {{tenants}}.{{tenant}}_id
  );
