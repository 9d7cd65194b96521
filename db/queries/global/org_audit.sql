-- Expanded from db/templates/audit_tenant_routing.sql; edit that and run `make generate`.

-- name: AuditOrgTenants :many
SELECT
  employer_id AS tenant_id,
  employer_name AS tenant_name,
  region
FROM employers
WHERE employer_id >= sqlc.arg(first)::UUID
  AND (sqlc.narg(region)::TEXT IS NULL OR region = sqlc.narg(region)::TEXT)
ORDER BY employer_id
LIMIT @row_limit;

-- name: AuditOrgUsers :many
SELECT
  org_user_id AS user_id,
  email_address_hash,
  employer_id AS tenant_id,
  home_region AS region
FROM org_users
WHERE org_user_id >= sqlc.arg(first)::UUID
  AND (sqlc.narg(region)::TEXT IS NULL OR home_region = sqlc.narg(region)::TEXT)
ORDER BY org_user_id
LIMIT @row_limit;

-- name: AuditOrgDomains :many
SELECT
  domain,
  employer_id AS tenant_id,
  region
FROM global_employer_domains
WHERE domain COLLATE "C" >= sqlc.arg(first)::TEXT
  AND (sqlc.narg(region)::TEXT IS NULL OR region = sqlc.narg(region)::TEXT)
ORDER BY domain COLLATE "C"
LIMIT @row_limit;
