-- name: InsertRegion :execresult
INSERT INTO regions (region_code) VALUES (@region_code);
