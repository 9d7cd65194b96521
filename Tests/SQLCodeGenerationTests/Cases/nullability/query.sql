-- A column that may be NULL, and one that is because of the outer join.
-- name: FindUser :one
SELECT users.handle, users.full_name, employers.employer_name
FROM users
LEFT JOIN employers ON employers.employer_id = users.employer_id
WHERE users.user_id = @user_id;

-- A parameter takes the nullability of the column that it is written to.
-- name: InsertUser :exec
INSERT INTO users (user_id, handle, full_name) VALUES (@user_id, @handle, @full_name);

-- A parameter that is declared to be nullable.
-- name: RenameUser :execrows
UPDATE users
SET handle = coalesce(sqlc.narg(handle), handle)
WHERE user_id = @user_id;
