-- Expanded from db/templates/invitations.sql; edit that and run `make generate`.

-- Whether a user has an invitation that is still valid; always one row.
-- name: IsAgencyInvitationValid :one
SELECT EXISTS (
  SELECT 1
  FROM agency_invitation_tokens
  WHERE agency_user_id = sqlc.arg(user_id)::UUID
    AND expires_at > now()
) AS is_valid;

-- Whom an unexpired invitation is for.
-- lookup
-- name: FindAgencyInvitation :one
SELECT
  agency_users.agency_user_id AS user_id,
  agency_users.status = 'invited' AS is_invited
FROM agency_invitation_tokens
JOIN agency_users USING (agency_user_id)
WHERE agency_invitation_tokens.token_hash = @token_hash
  AND agency_invitation_tokens.expires_at > now();

-- Uses an unexpired invitation up; no row when somebody else has.
-- name: TakeAgencyInvitation :one
DELETE FROM agency_invitation_tokens
WHERE token_hash = @token_hash
  AND expires_at > now()
RETURNING agency_user_id AS user_id;

-- Every invitation of a user.
-- name: DeleteAgencyInvitationsOfUser :execrows
DELETE FROM agency_invitation_tokens
WHERE agency_user_id = sqlc.arg(user_id)::UUID;

-- What somebody invited enters; no language means that it stays. Zero rows when the account is not waiting for it.
-- name: SetUpAgencyUser :execrows
UPDATE agency_users
SET
  status = 'active',
  password_hash = sqlc.arg(password_hash)::TEXT,
  full_name = sqlc.arg(full_name)::TEXT,
  preferred_language = coalesce(sqlc.narg(preferred_language)::TEXT, preferred_language)
WHERE agency_user_id = sqlc.arg(user_id)::UUID
  AND status = 'invited';
