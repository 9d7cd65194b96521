-- The users of employers and of agencies: the same for both, so it is written once. {{portal}} begins the users' tables' names,
-- {{Portal}} stands in the queries' names; {{tenants}} is the table of the tenants' names, {{tenant}} begins its columns. Every
-- query but the roles' is bounded by the caller's tenant.
--
-- expand: regional/org_users.sql portal=org Portal=Org tenants=employers tenant=employer
-- expand: regional/agency_users.sql portal=agency Portal=Agency tenants=agencies tenant=agency

-- The user behind a session, with roles and the tenant's name, in the one read that every authenticated request costs: a session
-- that has expired is no session, whether or not the clean-up has been there. The caller decides about the status. No
-- name means that the region has no copy of it.
-- lookup
-- name: Find{{Portal}}SessionUser :one
SELECT
  {{portal}}_users.{{portal}}_user_id AS user_id,
  {{portal}}_users.{{tenant}}_id AS tenant_id,
  {{portal}}_users.email_address,
  coalesce({{portal}}_users.full_name, '')::TEXT AS full_name,
  {{portal}}_users.preferred_language,
  {{portal}}_users.status,
  {{portal}}_users.is_admin,
  coalesce({{tenants}}.{{tenant}}_name, '')::TEXT AS tenant_name,
  ARRAY(
    SELECT roles.role_name
    FROM {{portal}}_user_roles
    JOIN roles USING (role_id)
    WHERE {{portal}}_user_roles.{{portal}}_user_id = {{portal}}_users.{{portal}}_user_id
    ORDER BY roles.role_name COLLATE "C"
  )::TEXT[] AS roles
FROM {{portal}}_sessions
JOIN {{portal}}_users USING ({{portal}}_user_id)
LEFT JOIN {{tenants}} USING ({{tenant}}_id)
WHERE {{portal}}_sessions.token_hash = @token_hash
  AND {{portal}}_sessions.expires_at > now();

-- One page of a tenant's users, newest first, behind the row that the two `after` values name if there are any. Null patterns
-- and statuses match everybody; patterns are LIKE's, in any letter case. A name that is not there matches no pattern.
-- name: List{{Portal}}Users :many
SELECT
  {{portal}}_users.{{portal}}_user_id AS user_id,
  {{portal}}_users.email_address,
  coalesce({{portal}}_users.full_name, '')::TEXT AS full_name,
  {{portal}}_users.status,
  {{portal}}_users.is_admin,
  {{portal}}_users.created_at,
  ARRAY(
    SELECT roles.role_name
    FROM {{portal}}_user_roles
    JOIN roles USING (role_id)
    WHERE {{portal}}_user_roles.{{portal}}_user_id = {{portal}}_users.{{portal}}_user_id
    ORDER BY roles.role_name COLLATE "C"
  )::TEXT[] AS roles
FROM {{portal}}_users
WHERE {{portal}}_users.{{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND ({{portal}}_users.created_at, {{portal}}_users.{{portal}}_user_id) < (
    coalesce(sqlc.narg(after_created_at)::TIMESTAMPTZ, 'infinity'::TIMESTAMPTZ),
    coalesce(sqlc.narg(after_user_id)::UUID, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID)
  )
  AND (
    sqlc.narg(email_pattern)::TEXT IS NULL
    OR {{portal}}_users.email_address LIKE lower(sqlc.narg(email_pattern)::TEXT)
  )
  AND (
    sqlc.narg(name_pattern)::TEXT IS NULL
    OR lower({{portal}}_users.full_name COLLATE "und-x-icu") LIKE lower(
      sqlc.narg(name_pattern)::TEXT COLLATE "und-x-icu"
    )
  )
  AND (
    sqlc.narg(status)::tenant_user_status IS NULL
    OR {{portal}}_users.status = sqlc.narg(status)::tenant_user_status
  )
ORDER BY {{portal}}_users.created_at DESC, {{portal}}_users.{{portal}}_user_id DESC
LIMIT sqlc.arg(row_count)::BIGINT;

-- Locks a tenant's active administrators until the end of the transaction, so that two who disable each other at the same
-- moment go one after the other. Always in the same order: nobody waits in a circle.
-- name: LockActive{{Portal}}Admins :many
SELECT {{portal}}_user_id AS user_id
FROM {{portal}}_users
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND is_admin
  AND status = 'active'
ORDER BY {{portal}}_user_id
FOR NO KEY UPDATE;

-- The tenant's user with an address, locked until the end of the transaction.
-- name: Lock{{Portal}}UserByAddress :one
SELECT
  {{portal}}_user_id AS user_id,
  status
FROM {{portal}}_users
WHERE email_address = @email_address
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID
FOR NO KEY UPDATE;

-- Switches a user off.
-- name: Disable{{Portal}}User :execrows
UPDATE {{portal}}_users
SET status = 'disabled'
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID;

-- Switches a disabled user on again; whoever never chose a password is an invited one. Zero rows when nobody disabled has the
-- address.
-- name: Enable{{Portal}}User :execrows
UPDATE {{portal}}_users
SET status = CASE
  WHEN password_hash IS NULL THEN 'invited'::tenant_user_status
  ELSE 'active'::tenant_user_status
END
WHERE email_address = @email_address
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND status = 'disabled';

-- Gives a role; tells whether the region knows the user, whether they are the tenant's, and whether the role is new to them.
-- Nothing is written for a user of another tenant.
-- name: Assign{{Portal}}Role :one
WITH target AS (
  SELECT
    {{portal}}_users.{{portal}}_user_id,
    {{portal}}_users.{{tenant}}_id = sqlc.arg(tenant_id)::UUID AS is_own
  FROM {{portal}}_users
  WHERE {{portal}}_users.{{portal}}_user_id = sqlc.arg(target_user_id)::UUID
),
assigned AS (
  INSERT INTO {{portal}}_user_roles ({{portal}}_user_id, role_id)
  SELECT
    target.{{portal}}_user_id,
    roles.role_id
  FROM target
  CROSS JOIN roles
  WHERE target.is_own
    AND roles.role_name = @role_name
  ON CONFLICT DO NOTHING
  RETURNING {{portal}}_user_roles.role_id
)
SELECT
  EXISTS (SELECT 1 FROM target) AS is_known,
  EXISTS (SELECT 1 FROM target WHERE target.is_own) AS is_own,
  EXISTS (SELECT 1 FROM assigned) AS is_changed;

-- Takes a role; tells the same.
-- name: Remove{{Portal}}Role :one
WITH target AS (
  SELECT
    {{portal}}_users.{{portal}}_user_id,
    {{portal}}_users.{{tenant}}_id = sqlc.arg(tenant_id)::UUID AS is_own
  FROM {{portal}}_users
  WHERE {{portal}}_users.{{portal}}_user_id = sqlc.arg(target_user_id)::UUID
),
removed AS (
  DELETE FROM {{portal}}_user_roles
  USING target, roles
  WHERE target.is_own
    AND {{portal}}_user_roles.{{portal}}_user_id = target.{{portal}}_user_id
    AND {{portal}}_user_roles.role_id = roles.role_id
    AND roles.role_name = @role_name
  RETURNING {{portal}}_user_roles.role_id
)
SELECT
  EXISTS (SELECT 1 FROM target) AS is_known,
  EXISTS (SELECT 1 FROM target WHERE target.is_own) AS is_own,
  EXISTS (SELECT 1 FROM removed) AS is_changed;
