-- Employers and agencies in the global database: which region is whose home, and which domains and addresses are taken.
--
-- {{tenants}} is their table, {{tenant}} begins its columns, {{portal}} the users' tables' names.
--
-- protocol: TenantRoutingTables
-- expand: global GlobalOrgTables portal=org tenants=employers tenant=employer
-- expand: global GlobalAgencyTables portal=agency tenants=agencies tenant=agency

-- Finds the name of a tenant whose region has no copy of it.
-- lookup
-- name: FindTenantName :one
SELECT {{tenant}}_name AS tenant_name
FROM {{tenants}}
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID;

-- Finds the tenant that owns a domain, its region, and its user with an address, by any of the hashes that it may bear:
-- no row for a domain that nobody has, no user for an address.
-- lookup
-- name: FindRouting :one
SELECT
  domains.{{tenant}}_id AS tenant_id,
  domains.region,
  users.{{portal}}_user_id AS user_id
FROM global_{{tenant}}_domains AS domains
LEFT JOIN {{portal}}_users AS users
  ON users.{{tenant}}_id = domains.{{tenant}}_id
  AND users.email_address_hash = ANY(@email_address_hashes::BYTEA[])
WHERE domains.domain = @domain;

-- Finds the tenant that has a domain, proven or not; only its region knows which.
-- lookup
-- name: FindDomainHolder :one
SELECT
  {{tenant}}_id AS tenant_id,
  region
FROM global_{{tenant}}_domains
WHERE domain = @domain;

-- Inserts a user's routing row; fails on the unique constraint when the tenant has the address already.
-- name: InsertUserRouting :exec
INSERT INTO {{portal}}_users ({{portal}}_user_id, email_address_hash, hashing_algorithm, {{tenant}}_id, home_region)
VALUES (sqlc.arg(user_id)::UUID, @email_address_hash, @hashing_algorithm, sqlc.arg(tenant_id)::UUID, @home_region);

-- Inserts the routing row of somebody invited, with the note that the account is not set up; fails on the unique
-- constraint when the tenant has the address already.
-- name: InsertInvitedUserRouting :exec
WITH invited AS (
  INSERT INTO {{portal}}_users ({{portal}}_user_id, email_address_hash, hashing_algorithm, {{tenant}}_id, home_region)
  VALUES (sqlc.arg(user_id)::UUID, @email_address_hash, @hashing_algorithm, sqlc.arg(tenant_id)::UUID, @home_region)
  RETURNING {{portal}}_users.{{portal}}_user_id
)
INSERT INTO {{portal}}_invited_users ({{portal}}_user_id)
SELECT invited.{{portal}}_user_id
FROM invited;

-- Deletes the note that a user's account is not set up; zero rows when there is none.
-- name: DeleteInvitedUser :execrows
DELETE FROM {{portal}}_invited_users
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID;

-- name: DeleteUserRouting :execrows
DELETE FROM {{portal}}_users
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID;

-- Inserts a domain's owner; fails on the primary key when it has one.
-- name: InsertDomainRouting :exec
INSERT INTO global_{{tenant}}_domains (domain, region, {{tenant}}_id)
VALUES (@domain, @region, sqlc.arg(tenant_id)::UUID);

-- Deletes a domain's routing row, if it is still the tenant's.
-- name: DeleteDomainRouting :execrows
DELETE FROM global_{{tenant}}_domains
WHERE domain = @domain
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID;

-- name: InsertTenantRouting :exec
INSERT INTO {{tenants}} ({{tenant}}_id, {{tenant}}_name, region)
VALUES (sqlc.arg(tenant_id)::UUID, sqlc.arg(tenant_name)::TEXT, @region);

-- Deletes a tenant with its domains and users.
-- name: DeleteTenantRouting :execrows
DELETE FROM {{tenants}}
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID;
