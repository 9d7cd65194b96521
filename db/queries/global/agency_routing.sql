-- Expanded from db/templates/tenant_routing.sql; edit that and run `make generate`.

-- The name of a tenant whose region has no copy of it.
-- lookup
-- name: FindAgencyTenantName :one
SELECT agency_name AS tenant_name
FROM agencies
WHERE agency_id = sqlc.arg(tenant_id)::UUID;
