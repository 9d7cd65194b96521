-- Expanded from db/templates/audit_tenant_routing.sql; edit that and run `make generate`.

-- name: AuditAgencyTenants :many
SELECT
  agency_id AS tenant_id,
  agency_name AS tenant_name,
  region
FROM agencies
WHERE agency_id >= sqlc.arg(first)::UUID
  AND (sqlc.narg(region)::TEXT IS NULL OR region = sqlc.narg(region)::TEXT)
ORDER BY agency_id
LIMIT @row_limit;

-- name: AuditAgencyUsers :many
SELECT
  agency_user_id AS user_id,
  email_address_hash,
  agency_id AS tenant_id,
  home_region AS region
FROM agency_users
WHERE agency_user_id >= sqlc.arg(first)::UUID
  AND (sqlc.narg(region)::TEXT IS NULL OR home_region = sqlc.narg(region)::TEXT)
ORDER BY agency_user_id
LIMIT @row_limit;

-- name: AuditAgencyDomains :many
SELECT
  domain,
  agency_id AS tenant_id,
  region
FROM global_agency_domains
WHERE domain COLLATE "C" >= sqlc.arg(first)::TEXT
  AND (sqlc.narg(region)::TEXT IS NULL OR region = sqlc.narg(region)::TEXT)
ORDER BY domain COLLATE "C"
LIMIT @row_limit;
