-- name: ListUnnamed :many
SELECT 1 + 1, a.region_code, b.region_code, a.kind AS self FROM regions a, regions b;

-- name: FindBetween :many
SELECT kind FROM regions WHERE region_code > $1 AND region_code < $2;

-- name: RegionKind :one
SELECT kind FROM regions WHERE region_code = @region_code;
