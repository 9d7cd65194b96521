-- The users of employers and of agencies in their region, and how they come to be. Every query but the roles' is
-- bounded by the caller's tenant.
--
-- {{portal}} begins the users' tables' names; {{tenants}} is the table of the tenants' names, {{tenant}} begins its
-- columns.
--
-- roles: regional-api
-- protocol: TenantUserTables
-- expand: regional RegionalOrgTables portal=org tenants=employers tenant=employer
-- expand: regional RegionalAgencyTables portal=agency tenants=agencies tenant=agency

-- Finds the user behind a session, with roles and the tenant's name, in the one read that every authenticated request
-- costs: a session that has expired is no session, whether or not the clean-up has been there. The caller decides about
-- the status. No name means that the region has no copy of it.
-- lookup
-- name: FindSessionUser :one
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

-- Lists one page of a tenant's users, newest first, behind the row that the two `after` values name if there are any.
-- Null patterns and statuses match everybody; patterns are LIKE's, in any letter case. A name that is not there matches
-- no pattern.
-- name: ListUsers :many
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
    OR {{portal}}_users.email_address LIKE lower(sqlc.narg(email_pattern)::TEXT COLLATE "C")
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

-- Locks a tenant's active administrators and the user with an address until the end of the transaction, so that two who
-- disable each other at the same moment go one after the other. One statement, in the order of the ids: somebody who
-- waited for a row keeps its lock even if it is no longer an active administrator's, and with a second statement two who
-- did would wait for each other. The columns say how each row is once it is locked.
-- name: LockActiveAdminsAndUser :many
SELECT
  locked.{{portal}}_user_id AS user_id,
  locked.status,
  (locked.is_admin AND locked.status = 'active')::BOOLEAN AS is_active_admin,
  (locked.email_address = @email_address)::BOOLEAN AS is_target
FROM {{portal}}_users AS locked
WHERE locked.{{portal}}_user_id = ANY (
  ARRAY(
    SELECT admins.{{portal}}_user_id
    FROM {{portal}}_users AS admins
    WHERE admins.{{tenant}}_id = sqlc.arg(tenant_id)::UUID
      AND admins.is_admin
      AND admins.status = 'active'
    UNION
    SELECT targets.{{portal}}_user_id
    FROM {{portal}}_users AS targets
    WHERE targets.email_address = @email_address
      AND targets.{{tenant}}_id = sqlc.arg(tenant_id)::UUID
  )
)
ORDER BY locked.{{portal}}_user_id
FOR NO KEY UPDATE;

-- Lists the active administrators of a tenant, with the language of their mails.
-- name: ListActiveAdministrators :many
SELECT
  email_address,
  preferred_language
FROM {{portal}}_users
WHERE {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND is_admin
  AND status = 'active'
ORDER BY {{portal}}_user_id;

-- Finds the tenant's user with an address, locked until the end of the transaction.
-- name: LockUserByAddress :one
SELECT
  {{portal}}_user_id AS user_id,
  status
FROM {{portal}}_users
WHERE email_address = @email_address
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID
FOR NO KEY UPDATE;

-- Switches a user off.
-- name: DisableUser :execrows
UPDATE {{portal}}_users
SET status = 'disabled'
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID;

-- Switches a disabled user on again; whoever never chose a password is an invited one. Zero rows when nobody disabled
-- has the address.
-- name: EnableUser :execrows
UPDATE {{portal}}_users
SET status = CASE
  WHEN password_hash IS NULL THEN 'invited'::tenant_user_status
  ELSE 'active'::tenant_user_status
END
WHERE email_address = @email_address
  AND {{tenant}}_id = sqlc.arg(tenant_id)::UUID
  AND status = 'disabled';

-- Gives a role; tells whether the region knows the user, whether they are the tenant's, and whether the role is new to
-- them. Nothing is written for a user of another tenant.
-- name: AssignRole :one
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

-- Takes a role; tells the same as giving one.
-- row: AssignRole
-- name: RemoveRole :one
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

-- Inserts the region's copy of a new tenant's name.
-- name: InsertTenant :exec
INSERT INTO {{tenants}} ({{tenant}}_id, {{tenant}}_name)
VALUES (sqlc.arg(tenant_id)::UUID, sqlc.arg(tenant_name)::TEXT);

-- Inserts a new tenant's first user, who administrates it.
-- name: InsertFirstUser :exec
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

-- Gives the first user every role of the portal.
-- name: InsertRolesOfFirstUser :exec
INSERT INTO {{portal}}_user_roles ({{portal}}_user_id, role_id)
SELECT
  sqlc.arg(user_id)::UUID,
  role_id
FROM roles
WHERE split_part(role_name, ':', 1) = '{{portal}}';

-- Inserts an invited user, without name, password and roles.
-- name: InsertInvitedUser :exec
INSERT INTO {{portal}}_users ({{portal}}_user_id, email_address, {{tenant}}_id, status)
VALUES (sqlc.arg(user_id)::UUID, @email_address, sqlc.arg(tenant_id)::UUID, 'invited');

-- Lets whoever holds the token set up the account for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertInvitationToken :one
INSERT INTO {{portal}}_invitation_tokens (token_hash, {{portal}}_user_id, {{tenant}}_id, expires_at)
VALUES (
  @token_hash,
  sqlc.arg(user_id)::UUID,
  sqlc.arg(tenant_id)::UUID,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
)
RETURNING expires_at;

-- Tells whether the region has a user; always one row.
-- name: IsUserThere :one
SELECT EXISTS (
  SELECT 1
  FROM {{portal}}_users
  WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID
) AS is_there;

-- Finds the tenant of a user, with the name that a login's answer gives it; no name means that the region has no copy
-- of it.
-- name: FindTenantOfUser :one
SELECT
  {{portal}}_users.{{tenant}}_id AS tenant_id,
  coalesce({{tenants}}.{{tenant}}_name, '')::TEXT AS tenant_name
FROM {{portal}}_users
LEFT JOIN {{tenants}} USING ({{tenant}}_id)
WHERE {{portal}}_users.{{portal}}_user_id = sqlc.arg(user_id)::UUID;
