-- roles: regional-api

-- An unexpired token with the address that it proves and the person's present one.
-- lookup
-- name: FindHubEmailVerification :one
SELECT
  hub_users.hub_user_global_id,
  hub_users.email_address,
  hub_users.status,
  hub_email_verification_tokens.new_email_address
FROM hub_email_verification_tokens
JOIN hub_users USING (hub_user_global_id)
WHERE hub_email_verification_tokens.token_hash = @token_hash
  AND hub_email_verification_tokens.expires_at > now();

-- Finds the address of a person whose home is here; no row when there is no such person.
-- lookup
-- name: FindHubUserAddress :one
SELECT email_address
FROM hub_users
WHERE hub_user_global_id = @hub_user_global_id;

-- Gives an active person a new address, if the present one is still the one that the change began with.
-- name: ChangeHubUserAddress :execrows
UPDATE hub_users
SET email_address = @new_email_address
WHERE hub_user_global_id = @hub_user_global_id
  AND email_address = @old_email_address
  AND status = 'active';

-- Spends a token; zero rows when it is gone.
-- name: DeleteHubEmailVerificationToken :execrows
DELETE FROM hub_email_verification_tokens
WHERE token_hash = @token_hash;
