-- roles: regional-api

-- Finds the user behind a session, in the one read that every authenticated request costs: a session that has expired
-- is no session, whether or not the clean-up has been there. The caller decides about the status.
-- lookup
-- name: FindHubSessionUser :one
SELECT
  hub_users.hub_user_global_id,
  hub_users.handle,
  hub_users.email_address,
  hub_users.preferred_language,
  hub_users.status
FROM hub_sessions
JOIN hub_users USING (hub_user_global_id)
WHERE hub_sessions.token_hash = @token_hash
  AND hub_sessions.expires_at > now();
