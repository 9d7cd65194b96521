-- +goose Up

-- Where a professional's data lives. No address, no status, no language: those are the home region's.
CREATE TABLE hub_users (
  hub_user_global_id UUID PRIMARY KEY,
  handle TEXT NOT NULL UNIQUE CHECK (handle ~ '^[a-z0-9-]{3,50}$'),
  email_address_hash BYTEA NOT NULL UNIQUE CHECK (octet_length(email_address_hash) = 32),
  hashing_algorithm TEXT NOT NULL DEFAULT 'SHA-256' CHECK (hashing_algorithm = 'SHA-256'),
  home_region TEXT NOT NULL REFERENCES available_regions (region_code),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX hub_users_home_region ON hub_users (home_region);

-- A display name may be in a language that the portal itself does not speak: no reference to supported_languages.
CREATE TABLE hub_user_display_names (
  hub_user_global_id UUID NOT NULL REFERENCES hub_users (hub_user_global_id) ON DELETE CASCADE,
  language_code TEXT NOT NULL CHECK (language_code ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  display_name TEXT NOT NULL CHECK (char_length(display_name) <= 100 AND btrim(display_name) <> ''),
  is_preferred BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (hub_user_global_id, language_code)
);
CREATE UNIQUE INDEX hub_user_display_names_one_preferred
  ON hub_user_display_names (hub_user_global_id) WHERE is_preferred;

-- The only place where the global database holds an address: until the signup is completed or has expired.
CREATE TABLE hub_signup_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  email_address TEXT NOT NULL
    CHECK (email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256),
  email_address_hash BYTEA NOT NULL CHECK (octet_length(email_address_hash) = 32),
  hashing_algorithm TEXT NOT NULL DEFAULT 'SHA-256' CHECK (hashing_algorithm = 'SHA-256'),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL,
  consumed_at TIMESTAMPTZ
);
CREATE INDEX hub_signup_tokens_expires_at ON hub_signup_tokens (expires_at);

-- +goose Down

DROP TABLE hub_signup_tokens;
DROP TABLE hub_user_display_names;
DROP TABLE hub_users;
