-- +goose Up

-- What this database is. It stands in the database itself, so that a backup takes it along and a program that was given
-- the wrong connection string notices it. `vetchium grant` writes the region; nothing changes it afterwards.
CREATE TABLE database_identity (
  is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
  kind TEXT NOT NULL DEFAULT 'regional' CHECK (kind = 'regional'),
  region TEXT CHECK (region ~ '^[a-z]{2,8}[0-9]{1,3}$')
);
INSERT INTO database_identity DEFAULT VALUES;

-- +goose Down

DROP TABLE database_identity;
