-- +goose Up

-- A region is a row, not an enum value: adding one is an INSERT, and no server is deployed again for it.
-- The code is part of every token (`IND1-…`), of a database's name and of a role's name, hence the pattern.
CREATE TABLE available_regions (
  region_code TEXT PRIMARY KEY CHECK (region_code ~ '^[a-z]{2,8}[0-9]{1,3}$'),
  region_name TEXT NOT NULL,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  -- Base URLs at which the other regions reach this region's API servers; settings of a server come first.
  internal_endpoints TEXT[] NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

INSERT INTO available_regions (region_code, region_name, is_active) VALUES
  ('ind1', 'India - Chennai', TRUE),
  ('usa1', 'USA - California', TRUE),
  ('deu1', 'Germany - Frankfurt', TRUE),
  ('sgp1', 'Singapore', FALSE);

CREATE TABLE supported_languages (
  language_code TEXT PRIMARY KEY CHECK (language_code ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  language_name TEXT NOT NULL,
  native_name TEXT NOT NULL,
  is_default BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX supported_languages_one_default ON supported_languages (is_default) WHERE is_default;

INSERT INTO supported_languages (language_code, language_name, native_name, is_default) VALUES
  ('en-US', 'English (United States)', 'English', TRUE),
  ('de-DE', 'German (Germany)', 'Deutsch', FALSE),
  ('ta-IN', 'Tamil (India)', 'தமிழ்', FALSE);

-- +goose Down

DROP TABLE supported_languages;
DROP TABLE available_regions;
