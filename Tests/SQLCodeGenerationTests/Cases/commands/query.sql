-- One row or none.
-- name: FindRegion :one
SELECT region_code, region_name FROM regions WHERE region_id = @region_id;

-- name: CountRegions :one
SELECT count(*) AS region_count FROM regions;

-- All rows.
-- name: ListRegions :many
SELECT region_id, region_code FROM regions ORDER BY region_code;

-- Nothing to give back; the arguments do not fit on one line.
-- name: InsertRegion :exec
INSERT INTO regions (region_id, region_code, region_name, capacity)
VALUES (@region_id, @region_code, @region_name, @capacity);

-- The number of rows.
-- name: DeleteRegion :execrows
DELETE FROM regions WHERE region_id = @region_id;

-- Written with RETURNING, so that it gives a row.
-- name: RaiseCapacity :one
UPDATE regions
SET capacity = capacity + sqlc.arg(step)::INTEGER
WHERE region_id = @region_id
RETURNING capacity;
