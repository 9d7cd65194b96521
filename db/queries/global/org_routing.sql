-- Expanded from db/templates/tenant_routing.sql; edit that and run `make generate`.

-- The name of a tenant whose region has no copy of it.
-- lookup
-- name: FindOrgTenantName :one
SELECT employer_name AS tenant_name
FROM employers
WHERE employer_id = sqlc.arg(tenant_id)::UUID;
