-- Employers and agencies in the global database. {{tenants}} is their table, {{tenant}} begins its columns, {{portal}} the
-- users' tables' names, {{Portal}} stands in the queries' names.
--
-- expand: global/org_routing.sql portal=org Portal=Org tenants=employers tenant=employer
-- expand: global/agency_routing.sql portal=agency Portal=Agency tenants=agencies tenant=agency

-- The name of a tenant whose region has no copy of it.
-- lookup
-- name: Find{{Portal}}TenantName :one
SELECT {{tenant}}_name AS tenant_name
FROM {{tenants}}
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID;

-- Whose a domain is, where, and who of the tenant has an address: no row for a domain that nobody has, no user for an address.
-- lookup
-- name: Find{{Portal}}Routing :one
SELECT
  domains.{{tenant}}_id AS tenant_id,
  domains.region,
  users.{{portal}}_user_id AS user_id
FROM global_{{tenant}}_domains AS domains
LEFT JOIN {{portal}}_users AS users
  ON users.{{tenant}}_id = domains.{{tenant}}_id
  AND users.email_address_hash = @email_address_hash
WHERE domains.domain = @domain;

-- A user's routing row; fails on the unique constraint when the tenant has the address already.
-- name: Insert{{Portal}}UserRouting :exec
INSERT INTO {{portal}}_users ({{portal}}_user_id, email_address_hash, {{tenant}}_id, home_region)
VALUES (sqlc.arg(user_id)::UUID, @email_address_hash, sqlc.arg(tenant_id)::UUID, @home_region);

-- name: Delete{{Portal}}UserRouting :execrows
DELETE FROM {{portal}}_users
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID;

-- A domain's owner; fails on the primary key when it has one.
-- name: Insert{{Portal}}DomainRouting :exec
INSERT INTO global_{{tenant}}_domains (domain, region, {{tenant}}_id)
VALUES (@domain, @region, sqlc.arg(tenant_id)::UUID);

-- A domain, if it is still the tenant's.
-- name: Delete{{Portal}}DomainRouting :execrows
DELETE FROM global_{{tenant}}_domains
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID;

-- name: Insert{{Portal}}TenantRouting :exec
INSERT INTO {{tenants}} ({{tenant}}_id, {{tenant}}_name, region)
VALUES (sqlc.arg(tenant_id)::UUID, sqlc.arg(tenant_name)::TEXT, @region);

-- A tenant with its domains and users.
-- name: Delete{{Portal}}TenantRouting :execrows
DELETE FROM {{tenants}}
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID;
