-- roles: global-service

-- Finds the administrator behind a session and their roles, in the one read that every authenticated request costs: a
-- session that has expired is no session, whether or not the clean-up has been there. The caller decides about the
-- status.
-- lookup
-- name: FindAdminSessionUser :one
SELECT
  admin_users.admin_user_id,
  admin_users.email_address,
  coalesce(admin_users.full_name, '')::TEXT AS full_name,
  admin_users.preferred_language,
  admin_users.status,
  ARRAY(
    SELECT roles.role_name
    FROM admin_user_roles
    JOIN roles USING (role_id)
    WHERE admin_user_roles.admin_user_id = admin_users.admin_user_id
    ORDER BY roles.role_name COLLATE "C"
  )::TEXT[] AS roles
FROM admin_sessions
JOIN admin_users USING (admin_user_id)
WHERE admin_sessions.token_hash = @token_hash
  AND admin_sessions.expires_at > now();
