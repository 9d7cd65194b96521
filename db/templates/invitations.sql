-- Invitations to the portals of administrators and tenants, and what their holders enter.
--
-- {{portal}} begins the tables' names and the column of the user's id.
--
-- roles: regional-api global-service
-- protocol: InvitationTables
-- expand: global GlobalAdminTables portal=admin
-- expand: regional RegionalOrgTables portal=org
-- expand: regional RegionalAgencyTables portal=agency

-- Tells whether a user has an invitation that is still valid; always one row.
-- name: IsInvitationValid :one
SELECT EXISTS (
  SELECT 1
  FROM {{portal}}_invitation_tokens
  WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID
    AND expires_at > now()
) AS is_valid;

-- Finds the user whom an unexpired invitation is for.
-- lookup
-- name: FindInvitation :one
SELECT
  {{portal}}_users.{{portal}}_user_id AS user_id,
  {{portal}}_users.status = 'invited' AS is_invited,
  {{portal}}_invitation_tokens.expires_at
FROM {{portal}}_invitation_tokens
JOIN {{portal}}_users USING ({{portal}}_user_id)
WHERE {{portal}}_invitation_tokens.token_hash = @token_hash
  AND {{portal}}_invitation_tokens.expires_at > now();

-- Uses an unexpired invitation up; zero rows when somebody else has.
-- name: TakeInvitation :execrows
DELETE FROM {{portal}}_invitation_tokens
WHERE token_hash = @token_hash
  AND expires_at > now();

-- Deletes every invitation of a user.
-- name: DeleteInvitationsOfUser :execrows
DELETE FROM {{portal}}_invitation_tokens
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID;

-- Sets what somebody invited enters; no language means that it stays. Zero rows when the account is not waiting for it.
-- name: SetUpUser :execrows
UPDATE {{portal}}_users
SET
  status = 'active',
  password_hash = sqlc.arg(password_hash)::TEXT,
  authentication_type = 'email_password',
  full_name = sqlc.arg(full_name)::TEXT,
  preferred_language = coalesce(sqlc.narg(preferred_language)::TEXT, preferred_language)
WHERE {{portal}}_user_id = sqlc.arg(user_id)::UUID
  AND status = 'invited';
