-- Reads what `vetchium audit` compares of tenants in their region: pages in the order of the key, from a key on.
--
-- {{portal}} begins the users' tables' names; {{tenants}} is the table of the tenants, {{tenant}} begins its columns.
--
-- roles: owner
-- protocol: AuditedTenantRecords
-- expand: regional RegionalOrgTables portal=org tenants=employers tenant=employer
-- expand: regional RegionalAgencyTables portal=agency tenants=agencies tenant=agency

-- name: AuditTenantRecords :many
SELECT
  {{tenant}}_id AS tenant_id,
  {{tenant}}_name AS tenant_name
FROM {{tenants}}
WHERE {{tenant}}_id >= sqlc.arg(first)::UUID
ORDER BY {{tenant}}_id
LIMIT @row_limit;

-- name: AuditUserRecords :many
SELECT
  {{portal}}_user_id AS user_id,
  email_address,
  {{tenant}}_id AS tenant_id
FROM {{portal}}_users
WHERE {{portal}}_user_id >= sqlc.arg(first)::UUID
ORDER BY {{portal}}_user_id
LIMIT @row_limit;

-- name: AuditDomainRecords :many
SELECT
  domain,
  {{tenant}}_id AS tenant_id
FROM {{tenant}}_domains
WHERE domain COLLATE "C" >= sqlc.arg(first)::TEXT
ORDER BY domain COLLATE "C"
LIMIT @row_limit;

-- Tells whether the region has anything of a tenant: the copy of its name, a user or a domain.
-- name: HasTenantRecords :one
SELECT
  EXISTS (SELECT 1 FROM {{tenants}} WHERE {{tenants}}.{{tenant}}_id = sqlc.arg(tenant_id)::UUID)
  OR EXISTS (SELECT 1 FROM {{portal}}_users WHERE {{portal}}_users.{{tenant}}_id = sqlc.arg(tenant_id)::UUID)
  OR EXISTS (SELECT 1 FROM {{tenant}}_domains WHERE {{tenant}}_domains.{{tenant}}_id = sqlc.arg(tenant_id)::UUID)
  AS has_records;
