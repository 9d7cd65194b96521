-- lookup
-- name: ListRegions :many
SELECT region_code FROM regions;

-- lookup
-- name: LockRegion :one
SELECT region_code FROM regions WHERE region_code = @region_code FOR NO KEY UPDATE;

-- lookup
-- name: DeleteRegion :one
DELETE FROM regions WHERE region_code = @region_code RETURNING region_code;

-- lookup
-- name: FindRegion :one
WITH deleted AS (DELETE FROM regions RETURNING region_code)
SELECT region_code FROM deleted;
