-- Employers and agencies in the global database. {{tenants}} is their table, {{tenant}} begins its columns, {{Portal}} stands in
-- the queries' names.
--
-- expand: global/org_routing.sql Portal=Org tenants=employers tenant=employer
-- expand: global/agency_routing.sql Portal=Agency tenants=agencies tenant=agency

-- The name of a tenant whose region has no copy of it.
-- lookup
-- name: Find{{Portal}}TenantName :one
SELECT {{tenant}}_name AS tenant_name
FROM {{tenants}}
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID;
