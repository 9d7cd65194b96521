-- How users of employers and of agencies come to be. {{portal}} begins the users' tables' names, {{Portal}} stands in the queries'
-- names; {{tenants}} is the table of the tenants' names, {{tenant}} begins its columns.
--
-- expand: regional/org_newcomers.sql portal=org Portal=Org tenants=employers tenant=employer
-- expand: regional/agency_newcomers.sql portal=agency Portal=Agency tenants=agencies tenant=agency

-- The region's copy of a new tenant's name.
-- name: Insert{{Portal}}Tenant :exec
INSERT INTO {{tenants}} ({{tenant}}_id, {{tenant}}_name)
VALUES (sqlc.arg(tenant_id)::UUID, sqlc.arg(tenant_name)::TEXT);

-- A new tenant's first user, who administrates it.
-- name: InsertFirst{{Portal}}User :exec
INSERT INTO {{portal}}_users (
  {{portal}}_user_id, email_address, {{tenant}}_id, password_hash, status, preferred_language, is_admin
)
VALUES (
  sqlc.arg(user_id)::UUID,
  @email_address,
  sqlc.arg(tenant_id)::UUID,
  sqlc.arg(password_hash)::TEXT,
  'active',
  @preferred_language,
  TRUE
);

-- Every role of the portal.
-- name: Insert{{Portal}}RolesOfFirstUser :exec
INSERT INTO {{portal}}_user_roles ({{portal}}_user_id, role_id)
SELECT
  sqlc.arg(user_id)::UUID,
  role_id
FROM roles
WHERE split_part(role_name, ':', 1) = '{{portal}}';

-- Somebody invited: without name, password and roles.
-- name: InsertInvited{{Portal}}User :exec
INSERT INTO {{portal}}_users ({{portal}}_user_id, email_address, {{tenant}}_id, status)
VALUES (sqlc.arg(user_id)::UUID, @email_address, sqlc.arg(tenant_id)::UUID, 'invited');

-- Lets whoever holds the token set up the account for `lifetime_ms` milliseconds by the database's clock.
-- name: Insert{{Portal}}InvitationToken :one
INSERT INTO {{portal}}_invitation_tokens (token_hash, {{portal}}_user_id, {{tenant}}_id, expires_at)
VALUES (
  @token_hash,
  sqlc.arg(user_id)::UUID,
  sqlc.arg(tenant_id)::UUID,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
)
RETURNING expires_at;

-- Whether the region has a user; always one row.
-- name: Is{{Portal}}UserThere :one
SELECT EXISTS (
  SELECT 1
  FROM {{portal}}_users
  WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID
) AS is_there;

-- What a login's answer calls the tenant of a user, with the tenant's id; no name means that the region has no copy of it.
-- name: Find{{Portal}}TenantOfUser :one
SELECT
  {{portal}}_users.{{tenant}}_id AS tenant_id,
  coalesce({{tenants}}.{{tenant}}_name, '')::TEXT AS tenant_name
FROM {{portal}}_users
LEFT JOIN {{tenants}} USING ({{tenant}}_id)
WHERE {{portal}}_users.{{portal}}_user_id = sqlc.arg(user_id)::UUID;
