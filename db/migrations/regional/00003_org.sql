-- +goose Up

-- The region's copy of the tenant's immutable name, so that signed-in users need no global database. It may be missing
-- for a tenant that was imported or made by hand: nothing refers to it, readers fall back to the global row.
CREATE TABLE employers (
  employer_id UUID PRIMARY KEY,
  employer_name TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- The id is that of the global routing row. Name and password are missing until the invitation is accepted.
CREATE TABLE org_users (
  org_user_id UUID PRIMARY KEY,
  email_address TEXT NOT NULL
    CHECK (email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256),
  employer_id UUID NOT NULL,
  full_name TEXT CHECK (char_length(full_name) <= 128 AND btrim(full_name) <> ''),
  password_hash TEXT CHECK (password_hash ~ '^\$(argon2id|2[aby])\$'),
  authentication_type TEXT NOT NULL DEFAULT 'email_password',
  status tenant_user_status NOT NULL,
  preferred_language TEXT NOT NULL DEFAULT 'en-US',
  is_admin BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (email_address, employer_id)
);
CREATE INDEX org_users_newest_first ON org_users (employer_id, created_at DESC, org_user_id DESC);

CREATE TABLE org_sessions (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  org_user_id UUID NOT NULL REFERENCES org_users (org_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX org_sessions_org_user_id ON org_sessions (org_user_id);
CREATE INDEX org_sessions_expires_at ON org_sessions (expires_at);

CREATE TABLE org_tfa_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  org_user_id UUID NOT NULL REFERENCES org_users (org_user_id) ON DELETE CASCADE,
  code_hash BYTEA NOT NULL CHECK (octet_length(code_hash) = 32),
  failed_attempts INTEGER NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX org_tfa_tokens_org_user_id ON org_tfa_tokens (org_user_id);
CREATE INDEX org_tfa_tokens_expires_at ON org_tfa_tokens (expires_at);

CREATE TABLE org_password_reset_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  org_user_id UUID NOT NULL REFERENCES org_users (org_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX org_password_reset_tokens_org_user_id ON org_password_reset_tokens (org_user_id);
CREATE INDEX org_password_reset_tokens_expires_at ON org_password_reset_tokens (expires_at);

CREATE TABLE org_invitation_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  org_user_id UUID NOT NULL REFERENCES org_users (org_user_id) ON DELETE CASCADE,
  employer_id UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX org_invitation_tokens_org_user_id ON org_invitation_tokens (org_user_id);
CREATE INDEX org_invitation_tokens_expires_at ON org_invitation_tokens (expires_at);

CREATE TABLE employer_domains (
  domain TEXT PRIMARY KEY CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 3 AND 255),
  employer_id UUID NOT NULL,
  verification_token TEXT NOT NULL CHECK (verification_token ~ '^[0-9a-f]{64}$'),
  token_expires_at TIMESTAMPTZ NOT NULL,
  last_verified_at TIMESTAMPTZ,
  last_attempted_at TIMESTAMPTZ,
  consecutive_failures INTEGER NOT NULL DEFAULT 0 CHECK (consecutive_failures >= 0),
  status domain_status NOT NULL DEFAULT 'PENDING',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
-- Lists are paged in byte order.
CREATE INDEX employer_domains_of_tenant ON employer_domains (employer_id, domain COLLATE "C");

CREATE TABLE org_user_roles (
  org_user_id UUID NOT NULL REFERENCES org_users (org_user_id) ON DELETE CASCADE,
  role_id UUID NOT NULL REFERENCES roles (role_id),
  assigned_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (org_user_id, role_id)
);
CREATE INDEX org_user_roles_role_id ON org_user_roles (role_id);

-- +goose Down

DROP TABLE org_user_roles;
DROP TABLE employer_domains;
DROP TABLE org_invitation_tokens;
DROP TABLE org_password_reset_tokens;
DROP TABLE org_tfa_tokens;
DROP TABLE org_sessions;
DROP TABLE org_users;
DROP TABLE employers;
