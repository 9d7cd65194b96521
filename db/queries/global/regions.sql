-- roles: global-api

-- Lists the regions that take new users, for people to choose from.
-- name: ListActiveRegions :many
SELECT
  region_code,
  region_name
FROM available_regions
WHERE is_active
ORDER BY region_name COLLATE "C";

-- Lists every region there is and where its API servers are reached from other regions.
-- name: ListRegionEndpoints :many
SELECT
  region_code,
  is_active,
  internal_endpoints
FROM available_regions
ORDER BY region_code COLLATE "C";
