-- +goose Up

-- Recruiting agencies: which region holds each one's data. The name is its signup domain and never changes.
CREATE TABLE agencies (
  agency_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  agency_name TEXT NOT NULL,
  region TEXT NOT NULL REFERENCES available_regions (region_code),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX agencies_region ON agencies (region);

-- Who owns a domain, platform-wide. Whether it is verified is known in the home region only.
CREATE TABLE global_agency_domains (
  domain TEXT PRIMARY KEY CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 3 AND 255),
  region TEXT NOT NULL REFERENCES available_regions (region_code),
  agency_id UUID NOT NULL REFERENCES agencies (agency_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX global_agency_domains_region ON global_agency_domains (region);
CREATE INDEX global_agency_domains_agency_id ON global_agency_domains (agency_id);

-- One person may be a user of several tenants: an address is unique within each.
CREATE TABLE agency_users (
  agency_user_id UUID PRIMARY KEY,
  email_address_hash BYTEA NOT NULL CHECK (octet_length(email_address_hash) = 32),
  hashing_algorithm TEXT NOT NULL DEFAULT 'SHA-256' CHECK (hashing_algorithm = 'SHA-256'),
  agency_id UUID NOT NULL REFERENCES agencies (agency_id) ON DELETE CASCADE,
  home_region TEXT NOT NULL REFERENCES available_regions (region_code),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (email_address_hash, agency_id)
);
CREATE INDEX agency_users_agency_id ON agency_users (agency_id);
CREATE INDEX agency_users_home_region ON agency_users (home_region);

-- `token_hash` is of the secret in the private mail; `dns_token` is public and stands in the TXT record.
CREATE TABLE agency_signup_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  dns_token TEXT NOT NULL UNIQUE CHECK (dns_token ~ '^[0-9a-f]{64}$'),
  email_address TEXT NOT NULL
    CHECK (email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256),
  email_address_hash BYTEA NOT NULL CHECK (octet_length(email_address_hash) = 32),
  hashing_algorithm TEXT NOT NULL DEFAULT 'SHA-256' CHECK (hashing_algorithm = 'SHA-256'),
  domain TEXT NOT NULL CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 3 AND 255),
  home_region TEXT NOT NULL REFERENCES available_regions (region_code),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL,
  consumed_at TIMESTAMPTZ
);
CREATE INDEX agency_signup_tokens_expires_at ON agency_signup_tokens (expires_at);
CREATE INDEX agency_signup_tokens_home_region ON agency_signup_tokens (home_region);
-- A pending signup keeps everyone else from starting one for the same domain.
CREATE INDEX agency_signup_tokens_domain ON agency_signup_tokens (domain);

-- +goose Down

DROP TABLE agency_signup_tokens;
DROP TABLE agency_users;
DROP TABLE global_agency_domains;
DROP TABLE agencies;
