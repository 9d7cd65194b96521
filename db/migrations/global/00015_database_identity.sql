-- +goose Up

-- What this database is. It stands in the database itself, so that a backup takes it along and a program that was given
-- the wrong connection string notices it. The global database belongs to no region.
CREATE TABLE database_identity (
  is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
  kind TEXT NOT NULL DEFAULT 'global' CHECK (kind = 'global'),
  region TEXT CHECK (region IS NULL)
);
INSERT INTO database_identity DEFAULT VALUES;

-- +goose Down

DROP TABLE database_identity;
