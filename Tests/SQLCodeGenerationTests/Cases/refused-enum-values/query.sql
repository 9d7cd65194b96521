-- name: ListThings :many
SELECT odd FROM things;
