-- Expanded from db/templates/audit_tenant_records.sql; edit that and run `make generate`.

-- name: AuditOrgTenants :many
SELECT
  employer_id AS tenant_id,
  employer_name AS tenant_name
FROM employers
WHERE employer_id >= sqlc.arg(first)::UUID
ORDER BY employer_id
LIMIT @row_limit;

-- name: AuditOrgUsers :many
SELECT
  org_user_id AS user_id,
  sha256(convert_to(email_address, 'UTF8')) AS email_address_hash,
  employer_id AS tenant_id
FROM org_users
WHERE org_user_id >= sqlc.arg(first)::UUID
ORDER BY org_user_id
LIMIT @row_limit;

-- name: AuditOrgDomains :many
SELECT
  domain,
  employer_id AS tenant_id
FROM employer_domains
WHERE domain COLLATE "C" >= sqlc.arg(first)::TEXT
ORDER BY domain COLLATE "C"
LIMIT @row_limit;
