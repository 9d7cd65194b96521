-- +goose Up

-- Some operations change an entity that others may want to change at the same time: of their sagas, at most one per entity is
-- open, so that an undo never meets a second attempt's write.
ALTER TABLE sagas ADD COLUMN is_exclusive BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX sagas_exclusive ON sagas (kind, subject_id) WHERE is_exclusive;

-- +goose Down

DROP INDEX sagas_exclusive;
ALTER TABLE sagas DROP COLUMN is_exclusive;
