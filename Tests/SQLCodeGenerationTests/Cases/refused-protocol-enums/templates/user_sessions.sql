-- How users are found by their sessions. {{portal}} begins the tables' names in the
-- second line as well.
--
-- The explanation ends with its first paragraph.
--
-- protocol: SessionTables
-- expand: queries HubTables portal=hub user_id=hub_user_global_id
-- expand: queries OrgTables portal=org user_id=org_user_id

-- Finds the user of a session.
-- lookup
-- name: FindUser :one
SELECT {{portal}}_users.{{user_id}} AS user_id, status, full_name
FROM {{portal}}_sessions
JOIN {{portal}}_users USING ({{user_id}})
WHERE token_hash = @token_hash;

-- Lists users; the rows are those of FindUser.
-- row: FindUser
-- name: ListUsers :many
SELECT {{user_id}} AS user_id, status, full_name FROM {{portal}}_users WHERE status = @status ORDER BY full_name;

-- name: DeleteSession :execrows
DELETE FROM {{portal}}_sessions WHERE token_hash = @token_hash;

-- A parameter may be called like the one that runs the query.
-- name: RenameUser :exec
UPDATE {{portal}}_users SET full_name = @executor WHERE {{user_id}} = sqlc.arg(user_id)::UUID;
