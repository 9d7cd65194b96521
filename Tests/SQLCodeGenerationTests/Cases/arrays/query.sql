-- name: FindEndpoints :many
SELECT urls, weights, digests FROM endpoints WHERE endpoint_id = ANY(@endpoint_ids::UUID[]);

-- name: InsertEndpoints :exec
INSERT INTO endpoints (endpoint_id, urls, weights, digests)
VALUES (@endpoint_id, @urls, @weights, @digests);

-- Rows from parallel arrays.
-- name: InsertFlags :many
SELECT unnest(@names::TEXT[])::TEXT AS name, unnest(@flags::BOOLEAN[])::BOOLEAN AS flag, unnest(@sizes::BIGINT[])::BIGINT AS size;
