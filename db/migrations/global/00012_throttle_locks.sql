-- +goose Up

-- A transaction may count under several keys, so the clean-up leaves out counters that somebody holds. Locking a row takes
-- the right to update one of its columns; this one decides nothing.
ALTER TABLE throttles ADD COLUMN created_at TIMESTAMPTZ NOT NULL DEFAULT now();

-- +goose Down

ALTER TABLE throttles DROP COLUMN created_at;
