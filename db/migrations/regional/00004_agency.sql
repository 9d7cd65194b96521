-- +goose Up

-- The region's copy of the tenant's immutable name, so that signed-in users need no global database. It may be missing
-- for a tenant that was imported or made by hand: nothing refers to it, readers fall back to the global row.
CREATE TABLE agencies (
  agency_id UUID PRIMARY KEY,
  agency_name TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- The id is that of the global routing row. Name and password are missing until the invitation is accepted.
CREATE TABLE agency_users (
  agency_user_id UUID PRIMARY KEY,
  email_address TEXT NOT NULL
    CHECK (email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256),
  agency_id UUID NOT NULL,
  full_name TEXT CHECK (char_length(full_name) <= 128 AND btrim(full_name) <> ''),
  password_hash TEXT CHECK (password_hash ~ '^\$(argon2id|2[aby])\$'),
  authentication_type TEXT NOT NULL DEFAULT 'email_password',
  status tenant_user_status NOT NULL,
  preferred_language TEXT NOT NULL DEFAULT 'en-US',
  is_admin BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (email_address, agency_id)
);
CREATE INDEX agency_users_newest_first ON agency_users (agency_id, created_at DESC, agency_user_id DESC);

CREATE TABLE agency_sessions (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  agency_user_id UUID NOT NULL REFERENCES agency_users (agency_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX agency_sessions_agency_user_id ON agency_sessions (agency_user_id);
CREATE INDEX agency_sessions_expires_at ON agency_sessions (expires_at);

CREATE TABLE agency_tfa_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  agency_user_id UUID NOT NULL REFERENCES agency_users (agency_user_id) ON DELETE CASCADE,
  code_hash BYTEA NOT NULL CHECK (octet_length(code_hash) = 32),
  failed_attempts INTEGER NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX agency_tfa_tokens_agency_user_id ON agency_tfa_tokens (agency_user_id);
CREATE INDEX agency_tfa_tokens_expires_at ON agency_tfa_tokens (expires_at);

CREATE TABLE agency_password_reset_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  agency_user_id UUID NOT NULL REFERENCES agency_users (agency_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX agency_password_reset_tokens_agency_user_id ON agency_password_reset_tokens (agency_user_id);
CREATE INDEX agency_password_reset_tokens_expires_at ON agency_password_reset_tokens (expires_at);

CREATE TABLE agency_invitation_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  agency_user_id UUID NOT NULL REFERENCES agency_users (agency_user_id) ON DELETE CASCADE,
  agency_id UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX agency_invitation_tokens_agency_user_id ON agency_invitation_tokens (agency_user_id);
CREATE INDEX agency_invitation_tokens_expires_at ON agency_invitation_tokens (expires_at);

CREATE TABLE agency_domains (
  domain TEXT PRIMARY KEY CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 3 AND 255),
  agency_id UUID NOT NULL,
  verification_token TEXT NOT NULL CHECK (verification_token ~ '^[0-9a-f]{64}$'),
  token_expires_at TIMESTAMPTZ NOT NULL,
  last_verified_at TIMESTAMPTZ,
  last_attempted_at TIMESTAMPTZ,
  consecutive_failures INTEGER NOT NULL DEFAULT 0 CHECK (consecutive_failures >= 0),
  status domain_status NOT NULL DEFAULT 'PENDING',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
-- Lists are paged in byte order.
CREATE INDEX agency_domains_of_tenant ON agency_domains (agency_id, domain COLLATE "C");

CREATE TABLE agency_user_roles (
  agency_user_id UUID NOT NULL REFERENCES agency_users (agency_user_id) ON DELETE CASCADE,
  role_id UUID NOT NULL REFERENCES roles (role_id),
  assigned_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (agency_user_id, role_id)
);
CREATE INDEX agency_user_roles_role_id ON agency_user_roles (role_id);

-- +goose Down

DROP TABLE agency_user_roles;
DROP TABLE agency_domains;
DROP TABLE agency_invitation_tokens;
DROP TABLE agency_password_reset_tokens;
DROP TABLE agency_tfa_tokens;
DROP TABLE agency_sessions;
DROP TABLE agency_users;
DROP TABLE agencies;
