-- Invitations to administrators' and tenants' portals, and what their holders enter. {{portal}} begins the tables' names and the
-- column of the user's id, {{Portal}} stands in the queries' names.
--
-- expand: global/admin_invitations.sql portal=admin Portal=Admin
-- expand: regional/org_invitations.sql portal=org Portal=Org
-- expand: regional/agency_invitations.sql portal=agency Portal=Agency

-- Whether a user has an invitation that is still valid; always one row.
-- name: Is{{Portal}}InvitationValid :one
SELECT EXISTS (
  SELECT 1
  FROM {{portal}}_invitation_tokens
  WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID
    AND expires_at > now()
) AS is_valid;

-- Whom an unexpired invitation is for.
-- lookup
-- name: Find{{Portal}}Invitation :one
SELECT
  {{portal}}_users.{{portal}}_user_id AS user_id,
  {{portal}}_users.status = 'invited' AS is_invited
FROM {{portal}}_invitation_tokens
JOIN {{portal}}_users USING ({{portal}}_user_id)
WHERE {{portal}}_invitation_tokens.token_hash = @token_hash
  AND {{portal}}_invitation_tokens.expires_at > now();

-- Uses an unexpired invitation up; no row when somebody else has.
-- name: Take{{Portal}}Invitation :one
DELETE FROM {{portal}}_invitation_tokens
WHERE token_hash = @token_hash
  AND expires_at > now()
RETURNING {{portal}}_user_id AS user_id;

-- Every invitation of a user.
-- name: Delete{{Portal}}InvitationsOfUser :execrows
DELETE FROM {{portal}}_invitation_tokens
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID;

-- What somebody invited enters; no language means that it stays. Zero rows when the account is not waiting for it.
-- name: SetUp{{Portal}}User :execrows
UPDATE {{portal}}_users
SET
  status = 'active',
  password_hash = sqlc.arg(password_hash)::TEXT,
  full_name = sqlc.arg(full_name)::TEXT,
  preferred_language = coalesce(sqlc.narg(preferred_language)::TEXT, preferred_language)
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID
  AND status = 'invited';
