-- Expanded from db/templates/tenant_routing.sql; edit that and run `make generate`.

-- The name of a tenant whose region has no copy of it.
-- lookup
-- name: FindAgencyTenantName :one
SELECT agency_name AS tenant_name
FROM agencies
WHERE agency_id = sqlc.arg(tenant_id)::UUID;

-- Whose a domain is, where, and who of the tenant has an address: no row for a domain that nobody has, no user for an address.
-- lookup
-- name: FindAgencyRouting :one
SELECT
  domains.agency_id AS tenant_id,
  domains.region,
  users.agency_user_id AS user_id
FROM global_agency_domains AS domains
LEFT JOIN agency_users AS users
  ON users.agency_id = domains.agency_id
  AND users.email_address_hash = @email_address_hash
WHERE domains.domain = @domain;

-- A user's routing row; fails on the unique constraint when the tenant has the address already.
-- name: InsertAgencyUserRouting :exec
INSERT INTO agency_users (agency_user_id, email_address_hash, agency_id, home_region)
VALUES (sqlc.arg(user_id)::UUID, @email_address_hash, sqlc.arg(tenant_id)::UUID, @home_region);

-- name: DeleteAgencyUserRouting :execrows
DELETE FROM agency_users
WHERE agency_user_id = sqlc.arg(user_id)::UUID;

-- A domain's owner; fails on the primary key when it has one.
-- name: InsertAgencyDomainRouting :exec
INSERT INTO global_agency_domains (domain, region, agency_id)
VALUES (@domain, @region, sqlc.arg(tenant_id)::UUID);

-- A domain, if it is still the tenant's.
-- name: DeleteAgencyDomainRouting :execrows
DELETE FROM global_agency_domains
WHERE domain = @domain
  AND agency_id = sqlc.arg(tenant_id)::UUID;

-- name: InsertAgencyTenantRouting :exec
INSERT INTO agencies (agency_id, agency_name, region)
VALUES (sqlc.arg(tenant_id)::UUID, sqlc.arg(tenant_name)::TEXT, @region);

-- A tenant with its domains and users.
-- name: DeleteAgencyTenantRouting :execrows
DELETE FROM agencies
WHERE agency_id = sqlc.arg(tenant_id)::UUID;
