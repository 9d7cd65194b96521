-- name: ListEverything :many
SELECT id, title, digest, is_new, tries, size, created_at, details, address FROM everything;

-- name: InsertEverything :exec
INSERT INTO everything (id, title, digest, is_new, tries, size, created_at, details, address)
VALUES (@id, @title, @digest, @is_new, @tries, @size, @created_at, @details, @address);

-- The same types by the names that casts use.
-- name: CastEverything :one
SELECT
  @tries::INT4 AS int4,
  @size::INT8 AS int8,
  @is_new::BOOL AS bool,
  @created_at::TIMESTAMP WITH TIME ZONE AS created_at,
  count(*)::INT AS rows_there
FROM everything;
