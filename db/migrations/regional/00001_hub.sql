-- +goose Up

CREATE TYPE hub_user_status AS ENUM ('active', 'disabled', 'deleted');

-- Everything about a professional whose home is this region. The id is that of the global routing row.
-- password_hash is a PHC string; bcrypt ($2…$) only from imported accounts, until their next login.
CREATE TABLE hub_users (
  hub_user_global_id UUID PRIMARY KEY,
  email_address TEXT NOT NULL UNIQUE
    CHECK (email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256),
  handle TEXT NOT NULL CHECK (handle ~ '^[a-z0-9-]{3,50}$'),
  password_hash TEXT NOT NULL CHECK (password_hash ~ '^\$(argon2id|2[aby])\$'),
  status hub_user_status NOT NULL DEFAULT 'active',
  preferred_language TEXT NOT NULL DEFAULT 'en-US',
  resident_country_code TEXT CHECK (resident_country_code ~ '^[A-Z]{2}$'),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- The region's own copy of what the global database holds too.
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

CREATE TABLE hub_sessions (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  hub_user_global_id UUID NOT NULL REFERENCES hub_users (hub_user_global_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX hub_sessions_hub_user_global_id ON hub_sessions (hub_user_global_id);
CREATE INDEX hub_sessions_expires_at ON hub_sessions (expires_at);

CREATE TABLE hub_tfa_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  hub_user_global_id UUID NOT NULL REFERENCES hub_users (hub_user_global_id) ON DELETE CASCADE,
  code_hash BYTEA NOT NULL CHECK (octet_length(code_hash) = 32),
  failed_attempts INTEGER NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX hub_tfa_tokens_hub_user_global_id ON hub_tfa_tokens (hub_user_global_id);
CREATE INDEX hub_tfa_tokens_expires_at ON hub_tfa_tokens (expires_at);

CREATE TABLE hub_password_reset_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  hub_user_global_id UUID NOT NULL REFERENCES hub_users (hub_user_global_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX hub_password_reset_tokens_hub_user_global_id ON hub_password_reset_tokens (hub_user_global_id);
CREATE INDEX hub_password_reset_tokens_expires_at ON hub_password_reset_tokens (expires_at);

CREATE TABLE hub_email_verification_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  hub_user_global_id UUID NOT NULL REFERENCES hub_users (hub_user_global_id) ON DELETE CASCADE,
  new_email_address TEXT NOT NULL
    CHECK (new_email_address = lower(new_email_address) AND char_length(new_email_address) BETWEEN 3 AND 256),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX hub_email_verification_tokens_hub_user_global_id
  ON hub_email_verification_tokens (hub_user_global_id);
CREATE INDEX hub_email_verification_tokens_expires_at ON hub_email_verification_tokens (expires_at);

-- +goose Down

DROP TABLE hub_email_verification_tokens;
DROP TABLE hub_password_reset_tokens;
DROP TABLE hub_tfa_tokens;
DROP TABLE hub_sessions;
DROP TABLE hub_user_display_names;
DROP TABLE hub_users;
DROP TYPE hub_user_status;
