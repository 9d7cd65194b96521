-- What `vetchium audit` reads of tenants in their region: pages in the order of the key, from a key on. An address leaves the
-- database only as its hash.
--
-- expand: regional/org_audit.sql portal=org Portal=Org tenants=employers tenant=employer
-- expand: regional/agency_audit.sql portal=agency Portal=Agency tenants=agencies tenant=agency

-- name: Audit{{Portal}}Tenants :many
SELECT
  {{tenant}}_id AS tenant_id,
  {{tenant}}_name AS tenant_name
FROM {{tenants}}
WHERE {{tenant}}_id >= sqlc.arg(first)::UUID
ORDER BY {{tenant}}_id
LIMIT @row_limit;

-- name: Audit{{Portal}}Users :many
SELECT
  {{portal}}_user_id AS user_id,
  sha256(convert_to(email_address, 'UTF8')) AS email_address_hash,
  {{tenant}}_id AS tenant_id
FROM {{portal}}_users
WHERE {{portal}}_user_id >= sqlc.arg(first)::UUID
ORDER BY {{portal}}_user_id
LIMIT @row_limit;

-- name: Audit{{Portal}}Domains :many
SELECT
  domain,
  {{tenant}}_id AS tenant_id
FROM {{tenant}}_domains
WHERE domain COLLATE "C" >= sqlc.arg(first)::TEXT
ORDER BY domain COLLATE "C"
LIMIT @row_limit;
