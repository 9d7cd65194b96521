-- Expanded from db/templates/audit_tenant_records.sql; edit that and run `make generate`.

-- name: AuditAgencyTenants :many
SELECT
  agency_id AS tenant_id,
  agency_name AS tenant_name
FROM agencies
WHERE agency_id >= sqlc.arg(first)::UUID
ORDER BY agency_id
LIMIT @row_limit;

-- name: AuditAgencyUsers :many
SELECT
  agency_user_id AS user_id,
  sha256(convert_to(email_address, 'UTF8')) AS email_address_hash,
  agency_id AS tenant_id
FROM agency_users
WHERE agency_user_id >= sqlc.arg(first)::UUID
ORDER BY agency_user_id
LIMIT @row_limit;

-- name: AuditAgencyDomains :many
SELECT
  domain,
  agency_id AS tenant_id
FROM agency_domains
WHERE domain COLLATE "C" >= sqlc.arg(first)::TEXT
ORDER BY domain COLLATE "C"
LIMIT @row_limit;
