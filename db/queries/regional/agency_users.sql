-- Expanded from db/templates/tenant_users.sql; edit that and run `make generate`.

-- The user behind a session, with roles and the tenant's name, in the one read that every authenticated request costs: a session
-- that has expired is no session, whether or not the clean-up has been there. The caller decides about the status. No
-- name means that the region has no copy of it.
-- lookup
-- name: FindAgencySessionUser :one
SELECT
  agency_users.agency_user_id AS user_id,
  agency_users.agency_id AS tenant_id,
  agency_users.email_address,
  coalesce(agency_users.full_name, '')::TEXT AS full_name,
  agency_users.preferred_language,
  agency_users.status,
  agency_users.is_admin,
  coalesce(agencies.agency_name, '')::TEXT AS tenant_name,
  ARRAY(
    SELECT roles.role_name
    FROM agency_user_roles
    JOIN roles USING (role_id)
    WHERE agency_user_roles.agency_user_id = agency_users.agency_user_id
    ORDER BY roles.role_name COLLATE "C"
  )::TEXT[] AS roles
FROM agency_sessions
JOIN agency_users USING (agency_user_id)
LEFT JOIN agencies USING (agency_id)
WHERE agency_sessions.token_hash = @token_hash
  AND agency_sessions.expires_at > now();

-- One page of a tenant's users, newest first, behind the row that the two `after` values name if there are any. Null patterns
-- and statuses match everybody; patterns are LIKE's, in any letter case. A name that is not there matches no pattern.
-- name: ListAgencyUsers :many
SELECT
  agency_users.agency_user_id AS user_id,
  agency_users.email_address,
  coalesce(agency_users.full_name, '')::TEXT AS full_name,
  agency_users.status,
  agency_users.is_admin,
  agency_users.created_at,
  ARRAY(
    SELECT roles.role_name
    FROM agency_user_roles
    JOIN roles USING (role_id)
    WHERE agency_user_roles.agency_user_id = agency_users.agency_user_id
    ORDER BY roles.role_name COLLATE "C"
  )::TEXT[] AS roles
FROM agency_users
WHERE agency_users.agency_id = sqlc.arg(tenant_id)::UUID
  AND (agency_users.created_at, agency_users.agency_user_id) < (
    coalesce(sqlc.narg(after_created_at)::TIMESTAMPTZ, 'infinity'::TIMESTAMPTZ),
    coalesce(sqlc.narg(after_user_id)::UUID, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID)
  )
  AND (
    sqlc.narg(email_pattern)::TEXT IS NULL
    OR agency_users.email_address LIKE lower(sqlc.narg(email_pattern)::TEXT)
  )
  AND (
    sqlc.narg(name_pattern)::TEXT IS NULL
    OR lower(agency_users.full_name COLLATE "und-x-icu") LIKE lower(
      sqlc.narg(name_pattern)::TEXT COLLATE "und-x-icu"
    )
  )
  AND (
    sqlc.narg(status)::tenant_user_status IS NULL
    OR agency_users.status = sqlc.narg(status)::tenant_user_status
  )
ORDER BY agency_users.created_at DESC, agency_users.agency_user_id DESC
LIMIT sqlc.arg(row_count)::BIGINT;

-- Locks a tenant's active administrators until the end of the transaction, so that two who disable each other at the same
-- moment go one after the other. Always in the same order: nobody waits in a circle.
-- name: LockActiveAgencyAdmins :many
SELECT agency_user_id AS user_id
FROM agency_users
WHERE agency_id = sqlc.arg(tenant_id)::UUID
  AND is_admin
  AND status = 'active'
ORDER BY agency_user_id
FOR NO KEY UPDATE;

-- The tenant's user with an address, locked until the end of the transaction.
-- name: LockAgencyUserByAddress :one
SELECT
  agency_user_id AS user_id,
  status
FROM agency_users
WHERE email_address = @email_address
  AND agency_id = sqlc.arg(tenant_id)::UUID
FOR NO KEY UPDATE;

-- Switches a user off.
-- name: DisableAgencyUser :execrows
UPDATE agency_users
SET status = 'disabled'
WHERE agency_user_id = sqlc.arg(user_id)::UUID;

-- Switches a disabled user on again; whoever never chose a password is an invited one. Zero rows when nobody disabled has the
-- address.
-- name: EnableAgencyUser :execrows
UPDATE agency_users
SET status = CASE
  WHEN password_hash IS NULL THEN 'invited'::tenant_user_status
  ELSE 'active'::tenant_user_status
END
WHERE email_address = @email_address
  AND agency_id = sqlc.arg(tenant_id)::UUID
  AND status = 'disabled';

-- Gives a role; tells whether the region knows the user, whether they are the tenant's, and whether the role is new to them.
-- Nothing is written for a user of another tenant.
-- name: AssignAgencyRole :one
WITH target AS (
  SELECT
    agency_users.agency_user_id,
    agency_users.agency_id = sqlc.arg(tenant_id)::UUID AS is_own
  FROM agency_users
  WHERE agency_users.agency_user_id = sqlc.arg(target_user_id)::UUID
),
assigned AS (
  INSERT INTO agency_user_roles (agency_user_id, role_id)
  SELECT
    target.agency_user_id,
    roles.role_id
  FROM target
  CROSS JOIN roles
  WHERE target.is_own
    AND roles.role_name = @role_name
  ON CONFLICT DO NOTHING
  RETURNING agency_user_roles.role_id
)
SELECT
  EXISTS (SELECT 1 FROM target) AS is_known,
  EXISTS (SELECT 1 FROM target WHERE target.is_own) AS is_own,
  EXISTS (SELECT 1 FROM assigned) AS is_changed;

-- Takes a role; tells the same.
-- name: RemoveAgencyRole :one
WITH target AS (
  SELECT
    agency_users.agency_user_id,
    agency_users.agency_id = sqlc.arg(tenant_id)::UUID AS is_own
  FROM agency_users
  WHERE agency_users.agency_user_id = sqlc.arg(target_user_id)::UUID
),
removed AS (
  DELETE FROM agency_user_roles
  USING target, roles
  WHERE target.is_own
    AND agency_user_roles.agency_user_id = target.agency_user_id
    AND agency_user_roles.role_id = roles.role_id
    AND roles.role_name = @role_name
  RETURNING agency_user_roles.role_id
)
SELECT
  EXISTS (SELECT 1 FROM target) AS is_known,
  EXISTS (SELECT 1 FROM target WHERE target.is_own) AS is_own,
  EXISTS (SELECT 1 FROM removed) AS is_changed;
