-- The user behind a session, in the one read that every authenticated request costs: a session that has
-- expired is no session, whether or not the clean-up has been there. The caller decides about the status.
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

-- Opens a session that ends `lifetime_ms` milliseconds from now by the database's clock.
-- name: InsertHubSession :exec
INSERT INTO hub_sessions (token_hash, hub_user_global_id, expires_at)
VALUES (
  @token_hash,
  @hub_user_global_id,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Ends a session; zero rows when there is none.
-- name: DeleteHubSession :execrows
DELETE FROM hub_sessions
WHERE token_hash = @token_hash;

-- Ends all sessions of a user.
-- name: DeleteHubSessionsOfUser :exec
DELETE FROM hub_sessions
WHERE hub_user_global_id = @hub_user_global_id;

-- Ends all sessions of a user but one.
-- name: DeleteOtherHubSessionsOfUser :exec
DELETE FROM hub_sessions
WHERE hub_user_global_id = @hub_user_global_id
  AND token_hash <> @kept_token_hash;
