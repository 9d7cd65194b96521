CREATE TABLE regions (region_code TEXT PRIMARY KEY);
