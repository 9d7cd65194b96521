-- Expanded from db/templates/tenant_invitations.sql; edit that and run `make generate`.

-- The region's copy of a new tenant's name.
-- name: InsertAgencyTenant :exec
INSERT INTO agencies (agency_id, agency_name)
VALUES (sqlc.arg(tenant_id)::UUID, sqlc.arg(tenant_name)::TEXT);

-- A new tenant's first user, who administrates it.
-- name: InsertFirstAgencyUser :exec
INSERT INTO agency_users (
  agency_user_id, email_address, agency_id, password_hash, status, preferred_language, is_admin
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
-- name: InsertAgencyRolesOfFirstUser :exec
INSERT INTO agency_user_roles (agency_user_id, role_id)
SELECT
  sqlc.arg(user_id)::UUID,
  role_id
FROM roles
WHERE split_part(role_name, ':', 1) = 'agency';

-- Somebody invited: without name, password and roles.
-- name: InsertInvitedAgencyUser :exec
INSERT INTO agency_users (agency_user_id, email_address, agency_id, status)
VALUES (sqlc.arg(user_id)::UUID, @email_address, sqlc.arg(tenant_id)::UUID, 'invited');

-- Lets whoever holds the token set up the account for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertAgencyInvitationToken :one
INSERT INTO agency_invitation_tokens (token_hash, agency_user_id, agency_id, expires_at)
VALUES (
  @token_hash,
  sqlc.arg(user_id)::UUID,
  sqlc.arg(tenant_id)::UUID,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
)
RETURNING expires_at;

-- Whether the region has a user; always one row.
-- name: IsAgencyUserThere :one
SELECT EXISTS (
  SELECT 1
  FROM agency_users
  WHERE agency_user_id = sqlc.arg(user_id)::UUID
) AS is_there;

-- What a login's answer calls the tenant of a user, with the tenant's id; no name means that the region has no copy of it.
-- name: FindAgencyTenantOfUser :one
SELECT
  agency_users.agency_id AS tenant_id,
  coalesce(agencies.agency_name, '')::TEXT AS tenant_name
FROM agency_users
LEFT JOIN agencies USING (agency_id)
WHERE agency_users.agency_user_id = sqlc.arg(user_id)::UUID;
