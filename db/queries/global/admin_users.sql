-- roles: global-service

-- Finds the administrator with an address, whatever the status.
-- lookup
-- name: FindAdminByAddress :one
SELECT admin_user_id
FROM admin_users
WHERE email_address = @email_address;

-- One page of administrators, newest first, behind the row that the two `after` values name if there are any. Null
-- patterns and statuses match everybody; patterns are LIKE's, in any letter case. A name that is not there matches no
-- pattern.
-- name: ListAdmins :many
SELECT
  admin_users.admin_user_id,
  admin_users.email_address,
  coalesce(admin_users.full_name, '')::TEXT AS full_name,
  admin_users.status,
  admin_users.created_at,
  ARRAY(
    SELECT roles.role_name
    FROM admin_user_roles
    JOIN roles USING (role_id)
    WHERE admin_user_roles.admin_user_id = admin_users.admin_user_id
    ORDER BY roles.role_name COLLATE "C"
  )::TEXT[] AS roles
FROM admin_users
WHERE (admin_users.created_at, admin_users.admin_user_id) < (
  coalesce(sqlc.narg(after_created_at)::TIMESTAMPTZ, 'infinity'::TIMESTAMPTZ),
  coalesce(sqlc.narg(after_admin_user_id)::UUID, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID)
)
  AND (
    sqlc.narg(email_pattern)::TEXT IS NULL
    OR admin_users.email_address LIKE lower(sqlc.narg(email_pattern)::TEXT COLLATE "C")
  )
  AND (
    sqlc.narg(name_pattern)::TEXT IS NULL
    OR lower(admin_users.full_name COLLATE "und-x-icu") LIKE lower(
      sqlc.narg(name_pattern)::TEXT COLLATE "und-x-icu"
    )
  )
  AND (
    sqlc.narg(status)::admin_user_status IS NULL
    OR admin_users.status = sqlc.narg(status)::admin_user_status
  )
ORDER BY admin_users.created_at DESC, admin_users.admin_user_id DESC
LIMIT sqlc.arg(row_count)::BIGINT;

-- One at a time may take an active administrator away, until the end of its transaction. The lock is that of one row of
-- `roles`, which is always there and which nobody else has a right to lock, and not of the administrators' rows: somebody
-- who waited for a row keeps its lock even if it turns out not to match, and two who did deadlock.
-- name: LockAdminStatuses :exec
SELECT TRUE AS is_locked
FROM roles
WHERE role_name = 'admin:manage_users'
FOR NO KEY UPDATE;

-- Tells whether anybody but this administrator is active; always one row.
-- name: IsAnotherAdminActive :one
SELECT EXISTS (
  SELECT 1
  FROM admin_users
  WHERE status = 'active'
    AND admin_user_id <> @admin_user_id
) AS is_active;

-- Finds the administrator with an address, locked until the end of the transaction.
-- name: LockAdminByAddress :one
SELECT
  admin_user_id,
  status
FROM admin_users
WHERE email_address = @email_address
FOR NO KEY UPDATE;

-- Switches an administrator off.
-- name: DisableAdmin :execrows
UPDATE admin_users
SET status = 'disabled'
WHERE admin_user_id = @admin_user_id;

-- Switches a disabled administrator on again; whoever never chose a password is an invited one. Zero rows when nobody
-- disabled has the address.
-- name: EnableAdmin :execrows
UPDATE admin_users
SET status = CASE
  WHEN password_hash IS NULL THEN 'invited'::admin_user_status
  ELSE 'active'::admin_user_status
END
WHERE email_address = @email_address
  AND status = 'disabled';

-- Makes an invited administrator without name, password and roles; zero rows when the address is taken.
-- name: InsertInvitedAdmin :execrows
INSERT INTO admin_users (admin_user_id, email_address, status)
VALUES (@admin_user_id, @email_address, 'invited')
ON CONFLICT (email_address) DO NOTHING;

-- Lets whoever holds the token set up the account for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertAdminInvitationToken :one
INSERT INTO admin_invitation_tokens (token_hash, admin_user_id, expires_at)
VALUES (
  @token_hash,
  @admin_user_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
)
RETURNING expires_at;
