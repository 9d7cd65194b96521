-- +goose Up

CREATE TYPE admin_user_status AS ENUM ('invited', 'active', 'disabled');

-- preferred_language is returned as stored, also when no mail exists in it: no check on purpose.
CREATE TABLE admin_users (
  admin_user_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  email_address TEXT NOT NULL UNIQUE
    CHECK (email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256),
  full_name TEXT CHECK (char_length(full_name) <= 128 AND btrim(full_name) <> ''),
  password_hash TEXT CHECK (password_hash ~ '^\$(argon2id|2[aby])\$'),
  status admin_user_status NOT NULL,
  preferred_language TEXT NOT NULL DEFAULT 'en-US',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX admin_users_newest_first ON admin_users (created_at DESC, admin_user_id DESC);

CREATE TABLE admin_sessions (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  admin_user_id UUID NOT NULL REFERENCES admin_users (admin_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX admin_sessions_admin_user_id ON admin_sessions (admin_user_id);
CREATE INDEX admin_sessions_expires_at ON admin_sessions (expires_at);

CREATE TABLE admin_tfa_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  admin_user_id UUID NOT NULL REFERENCES admin_users (admin_user_id) ON DELETE CASCADE,
  code_hash BYTEA NOT NULL CHECK (octet_length(code_hash) = 32),
  failed_attempts INTEGER NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX admin_tfa_tokens_admin_user_id ON admin_tfa_tokens (admin_user_id);
CREATE INDEX admin_tfa_tokens_expires_at ON admin_tfa_tokens (expires_at);

CREATE TABLE admin_invitation_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  admin_user_id UUID NOT NULL REFERENCES admin_users (admin_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX admin_invitation_tokens_admin_user_id ON admin_invitation_tokens (admin_user_id);
CREATE INDEX admin_invitation_tokens_expires_at ON admin_invitation_tokens (expires_at);

CREATE TABLE admin_password_reset_tokens (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  admin_user_id UUID NOT NULL REFERENCES admin_users (admin_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX admin_password_reset_tokens_admin_user_id ON admin_password_reset_tokens (admin_user_id);
CREATE INDEX admin_password_reset_tokens_expires_at ON admin_password_reset_tokens (expires_at);

CREATE TABLE roles (
  role_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  role_name TEXT NOT NULL UNIQUE CHECK (role_name ~ '^[a-z]+:[a-z_]+$'),
  description TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

INSERT INTO roles (role_name, description) VALUES
  ('admin:invite_users', 'Invite administrators'),
  ('admin:manage_users', 'Disable and enable administrators, give and take their roles'),
  ('admin:manage_domains', 'Add, disable and enable domains approved for signup'),
  ('org:invite_users', 'Invite users of an employer'),
  ('org:manage_users', 'Disable and enable users of an employer, give and take their roles'),
  ('agency:invite_users', 'Invite users of an agency'),
  ('agency:manage_users', 'Disable and enable users of an agency, give and take their roles');

CREATE TABLE admin_user_roles (
  admin_user_id UUID NOT NULL REFERENCES admin_users (admin_user_id) ON DELETE CASCADE,
  role_id UUID NOT NULL REFERENCES roles (role_id),
  assigned_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (admin_user_id, role_id)
);
CREATE INDEX admin_user_roles_role_id ON admin_user_roles (role_id);

-- +goose Down

DROP TABLE admin_user_roles;
DROP TABLE roles;
DROP TABLE admin_password_reset_tokens;
DROP TABLE admin_invitation_tokens;
DROP TABLE admin_tfa_tokens;
DROP TABLE admin_sessions;
DROP TABLE admin_users;
DROP TYPE admin_user_status;
