CREATE TABLE sessions (
  token_hash BYTEA PRIMARY KEY,
  user_id UUID NOT NULL
);
