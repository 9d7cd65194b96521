-- Marked in the middle of the comment,
-- lookup
-- which is otherwise kept.
-- name: FindSession :one
SELECT user_id FROM sessions WHERE token_hash = @token_hash;

-- A lookup is what stands on a line of its own; a sentence with the word lookup is none.
-- name: FindSessionAlone :one
SELECT user_id FROM sessions WHERE token_hash = @token_hash;
