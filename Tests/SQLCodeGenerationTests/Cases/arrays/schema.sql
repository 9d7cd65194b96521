CREATE TABLE endpoints (
  endpoint_id UUID PRIMARY KEY,
  urls TEXT[] NOT NULL,
  weights INTEGER[],
  digests BYTEA[] NOT NULL
);
