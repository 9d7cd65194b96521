CREATE TABLE regions (
  region_id UUID PRIMARY KEY,
  region_code TEXT NOT NULL,
  region_name TEXT NOT NULL,
  capacity INTEGER NOT NULL
);
