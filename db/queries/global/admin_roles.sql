-- roles: global-service

-- Gives a role; tells whether the administrator exists and whether the role is new to them.
-- name: AssignAdminRole :one
WITH target AS (
  SELECT admin_users.admin_user_id
  FROM admin_users
  WHERE admin_users.admin_user_id = sqlc.arg(target_admin_user_id)::UUID
),
assigned AS (
  INSERT INTO admin_user_roles (admin_user_id, role_id)
  SELECT
    target.admin_user_id,
    roles.role_id
  FROM target
  CROSS JOIN roles
  WHERE roles.role_name = @role_name
  ON CONFLICT DO NOTHING
  RETURNING admin_user_roles.role_id
)
SELECT
  EXISTS (SELECT 1 FROM target) AS is_admin_known,
  EXISTS (SELECT 1 FROM assigned) AS is_changed;

-- Takes a role; tells whether the administrator exists and whether they had the role.
-- name: RemoveAdminRole :one
WITH removed AS (
  DELETE FROM admin_user_roles
  USING roles
  WHERE admin_user_roles.role_id = roles.role_id
    AND admin_user_roles.admin_user_id = sqlc.arg(target_admin_user_id)::UUID
    AND roles.role_name = @role_name
  RETURNING admin_user_roles.role_id
)
SELECT
  EXISTS (SELECT 1 FROM admin_users WHERE admin_users.admin_user_id = sqlc.arg(target_admin_user_id)::UUID) AS is_admin_known,
  EXISTS (SELECT 1 FROM removed) AS is_changed;
