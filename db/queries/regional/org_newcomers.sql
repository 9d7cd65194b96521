-- Expanded from db/templates/tenant_invitations.sql; edit that and run `make generate`.

-- The region's copy of a new tenant's name.
-- name: InsertOrgTenant :exec
INSERT INTO employers (employer_id, employer_name)
VALUES (sqlc.arg(tenant_id)::UUID, sqlc.arg(tenant_name)::TEXT);

-- A new tenant's first user, who administrates it.
-- name: InsertFirstOrgUser :exec
INSERT INTO org_users (
  org_user_id, email_address, employer_id, password_hash, status, preferred_language, is_admin
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
-- name: InsertOrgRolesOfFirstUser :exec
INSERT INTO org_user_roles (org_user_id, role_id)
SELECT
  sqlc.arg(user_id)::UUID,
  role_id
FROM roles
WHERE split_part(role_name, ':', 1) = 'org';

-- Somebody invited: without name, password and roles.
-- name: InsertInvitedOrgUser :exec
INSERT INTO org_users (org_user_id, email_address, employer_id, status)
VALUES (sqlc.arg(user_id)::UUID, @email_address, sqlc.arg(tenant_id)::UUID, 'invited');

-- Lets whoever holds the token set up the account for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertOrgInvitationToken :one
INSERT INTO org_invitation_tokens (token_hash, org_user_id, employer_id, expires_at)
VALUES (
  @token_hash,
  sqlc.arg(user_id)::UUID,
  sqlc.arg(tenant_id)::UUID,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
)
RETURNING expires_at;

-- Whether the region has a user; always one row.
-- name: IsOrgUserThere :one
SELECT EXISTS (
  SELECT 1
  FROM org_users
  WHERE org_user_id = sqlc.arg(user_id)::UUID
) AS is_there;

-- What a login's answer calls the tenant of a user, with the tenant's id; no name means that the region has no copy of it.
-- name: FindOrgTenantOfUser :one
SELECT
  org_users.employer_id AS tenant_id,
  coalesce(employers.employer_name, '')::TEXT AS tenant_name
FROM org_users
LEFT JOIN employers USING (employer_id)
WHERE org_users.org_user_id = sqlc.arg(user_id)::UUID;
