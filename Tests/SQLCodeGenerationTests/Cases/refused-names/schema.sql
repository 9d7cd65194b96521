CREATE TYPE region_kind AS ENUM ('a');
CREATE TABLE regions (
  region_code TEXT PRIMARY KEY,
  kind region_kind NOT NULL
);
