-- The first paragraph is long enough to be wrapped again, because documentation stands further to the right in Swift.
-- It goes on here.
--
-- The second paragraph has a list:
-- - one item,
-- - another item that is so long that it does not fit on one line of the generated file, and so has to be continued.
-- name: ListRegions :many
SELECT region_code FROM regions;

-- name: ListRegionsWithoutComment :many
SELECT region_code FROM regions;
