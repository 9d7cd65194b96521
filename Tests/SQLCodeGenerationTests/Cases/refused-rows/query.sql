-- name: FindUser :one
SELECT org_user_id, full_name FROM org_users WHERE org_user_id = @org_user_id;

-- row: FindUser
-- name: ListUsers :many
SELECT org_user_id FROM org_users;

-- row: FindNobody
-- name: ListMoreUsers :many
SELECT org_user_id FROM org_users;
