-- Expanded from db/templates/invitations.sql; edit that and run `make generate`.

-- Whether a user has an invitation that is still valid; always one row.
-- name: IsOrgInvitationValid :one
SELECT EXISTS (
  SELECT 1
  FROM org_invitation_tokens
  WHERE org_user_id = sqlc.arg(user_id)::UUID
    AND expires_at > now()
) AS is_valid;

-- Whom an unexpired invitation is for.
-- lookup
-- name: FindOrgInvitation :one
SELECT
  org_users.org_user_id AS user_id,
  org_users.status = 'invited' AS is_invited
FROM org_invitation_tokens
JOIN org_users USING (org_user_id)
WHERE org_invitation_tokens.token_hash = @token_hash
  AND org_invitation_tokens.expires_at > now();

-- Uses an unexpired invitation up; no row when somebody else has.
-- name: TakeOrgInvitation :one
DELETE FROM org_invitation_tokens
WHERE token_hash = @token_hash
  AND expires_at > now()
RETURNING org_user_id AS user_id;

-- Every invitation of a user.
-- name: DeleteOrgInvitationsOfUser :execrows
DELETE FROM org_invitation_tokens
WHERE org_user_id = sqlc.arg(user_id)::UUID;

-- What somebody invited enters; no language means that it stays. Zero rows when the account is not waiting for it.
-- name: SetUpOrgUser :execrows
UPDATE org_users
SET
  status = 'active',
  password_hash = sqlc.arg(password_hash)::TEXT,
  full_name = sqlc.arg(full_name)::TEXT,
  preferred_language = coalesce(sqlc.narg(preferred_language)::TEXT, preferred_language)
WHERE org_user_id = sqlc.arg(user_id)::UUID
  AND status = 'invited';
