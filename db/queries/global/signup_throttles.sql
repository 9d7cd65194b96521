-- roles: global-api

-- Counts a sign-up under a key, wherever it was asked for. Not admitted, and not counted: there were `most_events` in
-- the hour since the first.
-- name: CountSignup :one
SELECT
  counted.is_admitted::BOOLEAN AS is_admitted,
  counted.ends_in_ms::BIGINT AS ends_in_ms
FROM count_signup(@throttle_key::BYTEA, sqlc.arg(most_events)::INTEGER) AS counted (is_admitted, ends_in_ms);
