-- Employers and agencies in the global database: which region is whose home, and which domains and addresses are taken.
--
-- {{tenants}} is their table, {{tenant}} begins its columns, {{portal}} the users' tables' names.
--
-- roles: global-api
-- protocol: TenantRoutingTables
-- expand: global GlobalOrgTables portal=org tenants=employers tenant=employer
-- expand: global GlobalAgencyTables portal=agency tenants=agencies tenant=agency

-- Finds the name of a tenant whose region has no copy of it.
-- lookup
-- name: FindTenantName :one
SELECT found.tenant_name::TEXT AS tenant_name
FROM find_{{tenant}}_name(sqlc.arg(tenant_id)::UUID) AS found (tenant_name);

-- Finds the tenant that owns a domain, its region, and its user with an address, by any of the hashes that it may bear:
-- no row for a domain that nobody has, no user for an address.
-- nullable: user_id
-- lookup
-- name: FindRouting :one
SELECT
  found.tenant_id::UUID AS tenant_id,
  found.region::TEXT AS region,
  found.user_id::UUID AS user_id
FROM find_{{portal}}_user(@email_address_hashes::BYTEA[], @domain::TEXT) AS found (tenant_id, region, user_id);

-- Finds the tenant that has a domain, proven or not; only its region knows which.
-- lookup
-- name: FindDomainHolder :one
SELECT
  found.tenant_id::UUID AS tenant_id,
  found.region::TEXT AS region
FROM find_{{tenant}}_domain(@domain::TEXT) AS found (tenant_id, region);

-- Inserts a user's routing row; fails on the unique constraint when the tenant has the address already.
-- name: InsertUserRouting :exec
INSERT INTO {{portal}}_users ({{portal}}_user_id, email_address_hash, hashing_algorithm, {{tenant}}_id, home_region)
VALUES (sqlc.arg(user_id)::UUID, @email_address_hash, @hashing_algorithm, sqlc.arg(tenant_id)::UUID, @home_region);

-- Inserts the note that the account of a user is not set up.
-- name: InsertInvitedUser :exec
INSERT INTO {{portal}}_invited_users ({{portal}}_user_id)
VALUES (sqlc.arg(user_id)::UUID);

-- Deletes the note that a user's account is not set up; zero rows when there is none.
-- name: DeleteInvitedUser :execrows
SELECT TRUE AS is_deleted
FROM delete_{{portal}}_invited_user(sqlc.arg(user_id)::UUID);

-- name: DeleteUserRouting :execrows
SELECT TRUE AS is_deleted
FROM delete_{{portal}}_user(sqlc.arg(user_id)::UUID);

-- Inserts a domain's owner; fails on the primary key when it has one.
-- name: InsertDomainRouting :exec
INSERT INTO global_{{tenant}}_domains (domain, region, {{tenant}}_id)
VALUES (@domain, @region, sqlc.arg(tenant_id)::UUID);

-- Deletes a domain's routing row, if it is still the tenant's.
-- name: DeleteDomainRouting :execrows
SELECT TRUE AS is_deleted
FROM delete_{{tenant}}_domain(@domain::TEXT, sqlc.arg(tenant_id)::UUID);

-- name: InsertTenantRouting :exec
INSERT INTO {{tenants}} ({{tenant}}_id, {{tenant}}_name, region)
VALUES (sqlc.arg(tenant_id)::UUID, sqlc.arg(tenant_name)::TEXT, @region);

-- Deletes a tenant with its domains and users.
-- name: DeleteTenantRouting :execrows
SELECT TRUE AS is_deleted
FROM delete_{{tenant}}(sqlc.arg(tenant_id)::UUID);
