-- Expanded from db/templates/invitations.sql; edit that and run `make generate`.

-- Whether a user has an invitation that is still valid; always one row.
-- name: IsAdminInvitationValid :one
SELECT EXISTS (
  SELECT 1
  FROM admin_invitation_tokens
  WHERE admin_user_id = sqlc.arg(user_id)::UUID
    AND expires_at > now()
) AS is_valid;

-- Whom an unexpired invitation is for.
-- lookup
-- name: FindAdminInvitation :one
SELECT
  admin_users.admin_user_id AS user_id,
  admin_users.status = 'invited' AS is_invited
FROM admin_invitation_tokens
JOIN admin_users USING (admin_user_id)
WHERE admin_invitation_tokens.token_hash = @token_hash
  AND admin_invitation_tokens.expires_at > now();

-- Uses an unexpired invitation up; no row when somebody else has.
-- name: TakeAdminInvitation :one
DELETE FROM admin_invitation_tokens
WHERE token_hash = @token_hash
  AND expires_at > now()
RETURNING admin_user_id AS user_id;

-- Every invitation of a user.
-- name: DeleteAdminInvitationsOfUser :execrows
DELETE FROM admin_invitation_tokens
WHERE admin_user_id = sqlc.arg(user_id)::UUID;

-- What somebody invited enters; no language means that it stays. Zero rows when the account is not waiting for it.
-- name: SetUpAdminUser :execrows
UPDATE admin_users
SET
  status = 'active',
  password_hash = sqlc.arg(password_hash)::TEXT,
  full_name = sqlc.arg(full_name)::TEXT,
  preferred_language = coalesce(sqlc.narg(preferred_language)::TEXT, preferred_language)
WHERE admin_user_id = sqlc.arg(user_id)::UUID
  AND status = 'invited';
