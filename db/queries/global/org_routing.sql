-- Expanded from db/templates/tenant_routing.sql; edit that and run `make generate`.

-- The name of a tenant whose region has no copy of it.
-- lookup
-- name: FindOrgTenantName :one
SELECT employer_name AS tenant_name
FROM employers
WHERE employer_id = sqlc.arg(tenant_id)::UUID;

-- Whose a domain is, where, and who of the tenant has an address: no row for a domain that nobody has, no user for an address.
-- lookup
-- name: FindOrgRouting :one
SELECT
  domains.employer_id AS tenant_id,
  domains.region,
  users.org_user_id AS user_id
FROM global_employer_domains AS domains
LEFT JOIN org_users AS users
  ON users.employer_id = domains.employer_id
  AND users.email_address_hash = @email_address_hash
WHERE domains.domain = @domain;

-- A user's routing row; fails on the unique constraint when the tenant has the address already.
-- name: InsertOrgUserRouting :exec
INSERT INTO org_users (org_user_id, email_address_hash, employer_id, home_region)
VALUES (sqlc.arg(user_id)::UUID, @email_address_hash, sqlc.arg(tenant_id)::UUID, @home_region);

-- name: DeleteOrgUserRouting :execrows
DELETE FROM org_users
WHERE org_user_id = sqlc.arg(user_id)::UUID;

-- A domain's owner; fails on the primary key when it has one.
-- name: InsertOrgDomainRouting :exec
INSERT INTO global_employer_domains (domain, region, employer_id)
VALUES (@domain, @region, sqlc.arg(tenant_id)::UUID);

-- A domain, if it is still the tenant's.
-- name: DeleteOrgDomainRouting :execrows
DELETE FROM global_employer_domains
WHERE domain = @domain
  AND employer_id = sqlc.arg(tenant_id)::UUID;

-- name: InsertOrgTenantRouting :exec
INSERT INTO employers (employer_id, employer_name, region)
VALUES (sqlc.arg(tenant_id)::UUID, sqlc.arg(tenant_name)::TEXT, @region);

-- A tenant with its domains and users.
-- name: DeleteOrgTenantRouting :execrows
DELETE FROM employers
WHERE employer_id = sqlc.arg(tenant_id)::UUID;
