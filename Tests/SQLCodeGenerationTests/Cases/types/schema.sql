CREATE TABLE everything (
  id UUID PRIMARY KEY,
  title TEXT NOT NULL,
  digest BYTEA NOT NULL,
  is_new BOOLEAN NOT NULL,
  tries INTEGER NOT NULL,
  size BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  details JSONB NOT NULL,
  address INET NOT NULL
);
