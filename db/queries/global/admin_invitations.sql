-- Makes an invited administrator without name, password and roles; zero rows when the address is taken.
-- name: InsertInvitedAdmin :execrows
INSERT INTO admin_users (admin_user_id, email_address, status)
VALUES (@admin_user_id, @email_address, 'invited')
ON CONFLICT (email_address) DO NOTHING;

-- Lets whoever holds the token set up the account for `lifetime_ms` milliseconds by the database's clock.
-- name: InsertAdminInvitationToken :one
INSERT INTO admin_invitation_tokens (token_hash, admin_user_id, expires_at)
VALUES (
  @token_hash,
  @admin_user_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
)
RETURNING expires_at;

-- Whether an administrator has an invitation that is still valid; always one row.
-- name: IsAdminInvitationValid :one
SELECT EXISTS (
  SELECT 1
  FROM admin_invitation_tokens
  WHERE admin_user_id = @admin_user_id
    AND expires_at > now()
) AS is_valid;

-- Whom an unexpired invitation is for.
-- lookup
-- name: FindAdminInvitation :one
SELECT
  admin_users.admin_user_id,
  admin_users.status
FROM admin_invitation_tokens
JOIN admin_users USING (admin_user_id)
WHERE admin_invitation_tokens.token_hash = @token_hash
  AND admin_invitation_tokens.expires_at > now();

-- Uses an unexpired invitation up; no row when somebody else has.
-- name: TakeAdminInvitation :one
DELETE FROM admin_invitation_tokens
WHERE token_hash = @token_hash
  AND expires_at > now()
RETURNING admin_user_id;

-- Every invitation of an administrator.
-- name: DeleteAdminInvitationsOfUser :execrows
DELETE FROM admin_invitation_tokens
WHERE admin_user_id = @admin_user_id;

-- What an invited administrator enters; no language means that it stays. Zero rows when the account is not waiting for it.
-- name: SetUpAdmin :execrows
UPDATE admin_users
SET
  status = 'active',
  password_hash = sqlc.arg(password_hash)::TEXT,
  full_name = sqlc.arg(full_name)::TEXT,
  preferred_language = coalesce(sqlc.narg(preferred_language)::TEXT, preferred_language)
WHERE admin_user_id = @admin_user_id
  AND status = 'invited';
