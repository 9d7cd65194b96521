-- Reserved words stand between backticks, and no local name hides a parameter.
-- name: FindSettings :one
SELECT "default", "in", row
FROM settings
WHERE "default" = sqlc.arg('default') AND "in" = sqlc.arg('in') AND row = @row;

-- name: InsertSettings :exec
INSERT INTO settings ("default", "in", row) VALUES (@parameters, @query, @result);

-- Even these may be labels.
-- name: ReplaceSettings :execrows
UPDATE settings SET "default" = sqlc.arg('var'), "in" = sqlc.arg('inout') WHERE "default" = sqlc.arg('let');

-- A function named as a reserved word.
-- name: Repeat :many
SELECT row FROM settings WHERE row = @executor;
