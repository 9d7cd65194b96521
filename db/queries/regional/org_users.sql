-- Expanded from db/templates/tenant_users.sql; edit that and run `make generate`.

-- The user behind a session, with roles and the tenant's name, in the one read that every authenticated request costs: a session
-- that has expired is no session, whether or not the clean-up has been there. The caller decides about the status. No
-- name means that the region has no copy of it.
-- lookup
-- name: FindOrgSessionUser :one
SELECT
  org_users.org_user_id AS user_id,
  org_users.employer_id AS tenant_id,
  org_users.email_address,
  coalesce(org_users.full_name, '')::TEXT AS full_name,
  org_users.preferred_language,
  org_users.status,
  org_users.is_admin,
  coalesce(employers.employer_name, '')::TEXT AS tenant_name,
  ARRAY(
    SELECT roles.role_name
    FROM org_user_roles
    JOIN roles USING (role_id)
    WHERE org_user_roles.org_user_id = org_users.org_user_id
    ORDER BY roles.role_name COLLATE "C"
  )::TEXT[] AS roles
FROM org_sessions
JOIN org_users USING (org_user_id)
LEFT JOIN employers USING (employer_id)
WHERE org_sessions.token_hash = @token_hash
  AND org_sessions.expires_at > now();

-- One page of a tenant's users, newest first, behind the row that the two `after` values name if there are any. Null patterns
-- and statuses match everybody; patterns are LIKE's, in any letter case. A name that is not there matches no pattern.
-- name: ListOrgUsers :many
SELECT
  org_users.org_user_id AS user_id,
  org_users.email_address,
  coalesce(org_users.full_name, '')::TEXT AS full_name,
  org_users.status,
  org_users.is_admin,
  org_users.created_at,
  ARRAY(
    SELECT roles.role_name
    FROM org_user_roles
    JOIN roles USING (role_id)
    WHERE org_user_roles.org_user_id = org_users.org_user_id
    ORDER BY roles.role_name COLLATE "C"
  )::TEXT[] AS roles
FROM org_users
WHERE org_users.employer_id = sqlc.arg(tenant_id)::UUID
  AND (org_users.created_at, org_users.org_user_id) < (
    coalesce(sqlc.narg(after_created_at)::TIMESTAMPTZ, 'infinity'::TIMESTAMPTZ),
    coalesce(sqlc.narg(after_user_id)::UUID, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID)
  )
  AND (
    sqlc.narg(email_pattern)::TEXT IS NULL
    OR org_users.email_address LIKE lower(sqlc.narg(email_pattern)::TEXT)
  )
  AND (
    sqlc.narg(name_pattern)::TEXT IS NULL
    OR lower(org_users.full_name COLLATE "und-x-icu") LIKE lower(
      sqlc.narg(name_pattern)::TEXT COLLATE "und-x-icu"
    )
  )
  AND (
    sqlc.narg(status)::tenant_user_status IS NULL
    OR org_users.status = sqlc.narg(status)::tenant_user_status
  )
ORDER BY org_users.created_at DESC, org_users.org_user_id DESC
LIMIT sqlc.arg(row_count)::BIGINT;

-- Locks a tenant's active administrators until the end of the transaction, so that two who disable each other at the same
-- moment go one after the other. Always in the same order: nobody waits in a circle.
-- name: LockActiveOrgAdmins :many
SELECT org_user_id AS user_id
FROM org_users
WHERE employer_id = sqlc.arg(tenant_id)::UUID
  AND is_admin
  AND status = 'active'
ORDER BY org_user_id
FOR NO KEY UPDATE;

-- The tenant's user with an address, locked until the end of the transaction.
-- name: LockOrgUserByAddress :one
SELECT
  org_user_id AS user_id,
  status
FROM org_users
WHERE email_address = @email_address
  AND employer_id = sqlc.arg(tenant_id)::UUID
FOR NO KEY UPDATE;

-- Switches a user off.
-- name: DisableOrgUser :execrows
UPDATE org_users
SET status = 'disabled'
WHERE org_user_id = sqlc.arg(user_id)::UUID;

-- Switches a disabled user on again; whoever never chose a password is an invited one. Zero rows when nobody disabled has the
-- address.
-- name: EnableOrgUser :execrows
UPDATE org_users
SET status = CASE
  WHEN password_hash IS NULL THEN 'invited'::tenant_user_status
  ELSE 'active'::tenant_user_status
END
WHERE email_address = @email_address
  AND employer_id = sqlc.arg(tenant_id)::UUID
  AND status = 'disabled';

-- Gives a role; tells whether the region knows the user, whether they are the tenant's, and whether the role is new to them.
-- Nothing is written for a user of another tenant.
-- name: AssignOrgRole :one
WITH target AS (
  SELECT
    org_users.org_user_id,
    org_users.employer_id = sqlc.arg(tenant_id)::UUID AS is_own
  FROM org_users
  WHERE org_users.org_user_id = sqlc.arg(target_user_id)::UUID
),
assigned AS (
  INSERT INTO org_user_roles (org_user_id, role_id)
  SELECT
    target.org_user_id,
    roles.role_id
  FROM target
  CROSS JOIN roles
  WHERE target.is_own
    AND roles.role_name = @role_name
  ON CONFLICT DO NOTHING
  RETURNING org_user_roles.role_id
)
SELECT
  EXISTS (SELECT 1 FROM target) AS is_known,
  EXISTS (SELECT 1 FROM target WHERE target.is_own) AS is_own,
  EXISTS (SELECT 1 FROM assigned) AS is_changed;

-- Takes a role; tells the same.
-- name: RemoveOrgRole :one
WITH target AS (
  SELECT
    org_users.org_user_id,
    org_users.employer_id = sqlc.arg(tenant_id)::UUID AS is_own
  FROM org_users
  WHERE org_users.org_user_id = sqlc.arg(target_user_id)::UUID
),
removed AS (
  DELETE FROM org_user_roles
  USING target, roles
  WHERE target.is_own
    AND org_user_roles.org_user_id = target.org_user_id
    AND org_user_roles.role_id = roles.role_id
    AND roles.role_name = @role_name
  RETURNING org_user_roles.role_id
)
SELECT
  EXISTS (SELECT 1 FROM target) AS is_known,
  EXISTS (SELECT 1 FROM target WHERE target.is_own) AS is_own,
  EXISTS (SELECT 1 FROM removed) AS is_changed;
