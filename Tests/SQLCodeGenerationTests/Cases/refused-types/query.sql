-- name: ListReadings :many
SELECT amount, grid, moments FROM readings WHERE day = @day;

-- name: EmbedReadings :many
SELECT sqlc.embed(readings) FROM readings;
