-- roles: owner

-- Makes an administrator with every role that there is for administrators; zero rows when the address is taken.
-- name: InsertActiveAdmin :execrows
WITH created AS (
  INSERT INTO admin_users (email_address, full_name, password_hash, status)
  VALUES (@email_address, sqlc.narg(full_name), sqlc.arg(password_hash)::TEXT, 'active')
  ON CONFLICT (email_address) DO NOTHING
  RETURNING admin_user_id
),
given AS (
  INSERT INTO admin_user_roles (admin_user_id, role_id)
  SELECT
    created.admin_user_id,
    roles.role_id
  FROM created
  CROSS JOIN roles
  WHERE roles.role_name LIKE 'admin:%'
)
SELECT created.admin_user_id
FROM created;
