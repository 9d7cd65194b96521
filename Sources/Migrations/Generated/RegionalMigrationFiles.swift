// Generated from db/migrations/regional by embed-files; `make generate` writes it again. Do not edit.
// swift-format-ignore-file

package enum RegionalMigrationFiles {
  /// Paths below the folder, in ascending order, and the files' texts.
  package static let files: [(path: String, text: String)] = [
    (path: "00001_hub.sql", text: #"""
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

"""#),
    (path: "00002_tenants.sql", text: #"""
-- +goose Up

-- What the employers' and the agencies' tables share.
CREATE TYPE tenant_user_status AS ENUM ('invited', 'active', 'disabled');
CREATE TYPE domain_status AS ENUM ('PENDING', 'VERIFIED', 'FAILING');

CREATE TABLE roles (
  role_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  role_name TEXT NOT NULL UNIQUE CHECK (role_name ~ '^[a-z]+:[a-z_]+$'),
  description TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Roles of administrators are listed for completeness; nobody in a region can hold one.
INSERT INTO roles (role_name, description) VALUES
  ('admin:invite_users', 'Invite administrators'),
  ('admin:manage_users', 'Disable and enable administrators, give and take their roles'),
  ('org:invite_users', 'Invite users of an employer'),
  ('org:manage_users', 'Disable and enable users of an employer, give and take their roles'),
  ('agency:invite_users', 'Invite users of an agency'),
  ('agency:manage_users', 'Disable and enable users of an agency, give and take their roles');

-- +goose Down

DROP TABLE roles;
DROP TYPE domain_status;
DROP TYPE tenant_user_status;

"""#),
    (path: "00003_org.sql", text: #"""
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

"""#),
    (path: "00004_agency.sql", text: #"""
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

"""#),
    (path: "00005_mail.sql", text: #"""
-- +goose Up

CREATE TYPE email_type AS ENUM (
  'hub_signup_verification',
  'hub_tfa',
  'hub_password_reset',
  'hub_email_verification',
  'org_signup_verification',
  'org_signup_token',
  'org_tfa',
  'org_invitation',
  'org_password_reset',
  'agency_signup_verification',
  'agency_signup_token',
  'agency_tfa',
  'agency_invitation',
  'agency_password_reset'
);
CREATE TYPE email_status AS ENUM ('pending', 'sent', 'failed', 'cancelled');

-- The outbox: a row is written in the transaction that makes the token it carries, fully rendered.
-- Recipient and subject become header lines, so neither may hold a line break (RFC 5322 §2.2).
CREATE TABLE emails (
  email_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  email_type email_type NOT NULL,
  email_to TEXT NOT NULL CHECK (email_to !~ '[\r\n]'),
  email_subject TEXT NOT NULL CHECK (email_subject !~ '[\r\n]'),
  email_text_body TEXT NOT NULL,
  email_html_body TEXT NOT NULL,
  email_status email_status NOT NULL DEFAULT 'pending',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  sent_at TIMESTAMPTZ,
  -- Kept in step with the attempts, so that mails in back-off never stand in the way of others.
  next_attempt_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CHECK (sent_at IS NULL OR email_status = 'sent')
);
CREATE INDEX emails_due ON emails (next_attempt_at, created_at) WHERE email_status = 'pending';
CREATE INDEX emails_retention ON emails (created_at) WHERE email_status <> 'pending';

CREATE TABLE email_delivery_attempts (
  attempt_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  email_id UUID NOT NULL REFERENCES emails (email_id) ON DELETE CASCADE,
  attempted_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  -- NULL: the SMTP server accepted the mail.
  error_message TEXT CHECK (char_length(error_message) <= 1000)
);
CREATE INDEX email_delivery_attempts_email_id ON email_delivery_attempts (email_id);

-- Wakes whoever delivers, also for rows that a tool inserted. Polling alone would be enough, only slower.
-- +goose StatementBegin
CREATE FUNCTION announce_email() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('emails', '');
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER announce_email AFTER INSERT ON emails FOR EACH STATEMENT EXECUTE FUNCTION announce_email();

-- +goose Down

DROP TABLE email_delivery_attempts;
DROP TABLE emails;
DROP FUNCTION announce_email();
DROP TYPE email_status;
DROP TYPE email_type;

"""#),
    (path: "00006_sagas.sql", text: #"""
-- +goose Up

CREATE TYPE saga_status AS ENUM ('pending', 'recovering');

-- The journal of operations that cross databases: a row is an intent whose last, regional step has not committed.
-- That step deletes its row while it is still pending; recovery first sets `recovering`, which fences a late last step.
CREATE TABLE sagas (
  saga_id UUID PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind <> ''),
  -- The entity that the operation makes or changes.
  subject_id UUID NOT NULL,
  -- What the undo needs: ids and hashes, never a secret.
  details JSONB NOT NULL DEFAULT '{}',
  status saga_status NOT NULL DEFAULT 'pending',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  deadline TIMESTAMPTZ NOT NULL,
  recovery_started_at TIMESTAMPTZ,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  last_error TEXT,
  CHECK ((status = 'recovering') = (recovery_started_at IS NOT NULL))
);
CREATE INDEX sagas_deadline ON sagas (deadline);

-- +goose Down

DROP TABLE sagas;
DROP TYPE saga_status;

"""#),
    (path: "00007_throttles.sql", text: #"""
-- +goose Up

-- Counters of wrong passwords and of mails that strangers cause. The key is a hash: no address of a person or a computer can
-- be read from it without guessing both. Not logged: losing the counters in a crash costs an attacker's patience at most,
-- and a flood of wrong passwords must not become a flood of WAL.
CREATE UNLOGGED TABLE throttles (
  throttle_key BYTEA PRIMARY KEY CHECK (octet_length(throttle_key) = 32),
  events INTEGER NOT NULL CHECK (events > 0),
  last_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX throttles_expires_at ON throttles (expires_at);

-- +goose Down

DROP TABLE throttles;

"""#),
    (path: "00008_exclusive_sagas.sql", text: #"""
-- +goose Up

-- Some operations change an entity that others may want to change at the same time: of their sagas, at most one per entity is
-- open, so that an undo never meets a second attempt's write.
ALTER TABLE sagas ADD COLUMN is_exclusive BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX sagas_exclusive ON sagas (kind, subject_id) WHERE is_exclusive;

-- +goose Down

DROP INDEX sagas_exclusive;
ALTER TABLE sagas DROP COLUMN is_exclusive;

"""#),
    (path: "00009_background_work.sql", text: #"""
-- +goose Up

-- Who does this database's background work, and until when nobody else may begin. The one row is renewed every few seconds, and
-- every rewrite of it fits into its page.
CREATE TABLE background_leadership (
  is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
  term_id UUID NOT NULL,
  began_at TIMESTAMPTZ NOT NULL,
  held_until TIMESTAMPTZ NOT NULL
) WITH (fillfactor = 10);
INSERT INTO background_leadership (term_id, began_at, held_until) VALUES (gen_random_uuid(), now(), now());

-- The age of the oldest pending mail, whenever it is due.
CREATE INDEX emails_pending_since ON emails (created_at) WHERE email_status = 'pending';

-- +goose Down

DROP INDEX emails_pending_since;
DROP TABLE background_leadership;

"""#),
    (path: "00010_audit_order.sql", text: #"""
-- +goose Up

-- An audit reads domains page by page in the order of their bytes, which the primary key's order need not be.
CREATE INDEX employer_domains_in_byte_order ON employer_domains (domain COLLATE "C");
CREATE INDEX agency_domains_in_byte_order ON agency_domains (domain COLLATE "C");

-- +goose Down

DROP INDEX agency_domains_in_byte_order;
DROP INDEX employer_domains_in_byte_order;

"""#),
    (path: "00011_throttle_locks.sql", text: #"""
-- +goose Up

-- A transaction may count under several keys, so the clean-up leaves out counters that somebody holds. Locking a row takes
-- the right to update one of its columns; this one decides nothing.
ALTER TABLE throttles ADD COLUMN created_at TIMESTAMPTZ NOT NULL DEFAULT now();

-- +goose Down

ALTER TABLE throttles DROP COLUMN created_at;

"""#),
    (path: "00012_user_status_defaults.sql", text: #"""
-- +goose Up

-- A row without a status is an active user's, like one of hub_users.
ALTER TABLE org_users ALTER COLUMN status SET DEFAULT 'active';
ALTER TABLE agency_users ALTER COLUMN status SET DEFAULT 'active';

-- +goose Down

ALTER TABLE agency_users ALTER COLUMN status DROP DEFAULT;
ALTER TABLE org_users ALTER COLUMN status DROP DEFAULT;

"""#),
    (path: "00013_domain_challenges.sql", text: #"""
-- +goose Up

-- The record that would prove a tenant's right to a domain which another one has claimed. It is kept so that the same
-- request can be made again once the record is in the DNS. A tenant has few of them.
CREATE TABLE employer_domain_challenges (
  employer_id UUID NOT NULL,
  domain TEXT NOT NULL CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 3 AND 255),
  verification_token TEXT NOT NULL UNIQUE CHECK (verification_token ~ '^[0-9a-f]{64}$'),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (employer_id, domain)
);
CREATE INDEX employer_domain_challenges_expires_at ON employer_domain_challenges (expires_at);

CREATE TABLE agency_domain_challenges (
  agency_id UUID NOT NULL,
  domain TEXT NOT NULL CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 3 AND 255),
  verification_token TEXT NOT NULL UNIQUE CHECK (verification_token ~ '^[0-9a-f]{64}$'),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (agency_id, domain)
);
CREATE INDEX agency_domain_challenges_expires_at ON agency_domain_challenges (expires_at);

-- +goose Down

DROP TABLE agency_domain_challenges;
DROP TABLE employer_domain_challenges;

"""#),
    (path: "00014_displacement_mail.sql", text: #"""
-- +goose Up

-- Tells a tenant's administrators that somebody else has proven a domain which they had only claimed.
ALTER TYPE email_type ADD VALUE 'org_domain_displaced';
ALTER TYPE email_type ADD VALUE 'agency_domain_displaced';

-- +goose Down

-- PostgreSQL takes no value out of a type, so the column gets a type without the two. Their mails go: an older release
-- could not send them.
DELETE FROM emails WHERE email_type IN ('org_domain_displaced', 'agency_domain_displaced');
ALTER TYPE email_type RENAME TO email_type_with_displacement;
-- +goose StatementBegin
DO $$
BEGIN
  EXECUTE (
    SELECT format('CREATE TYPE email_type AS ENUM (%s)', string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder))
    FROM pg_enum
    WHERE enumtypid = 'email_type_with_displacement'::REGTYPE
      AND enumlabel NOT IN ('org_domain_displaced', 'agency_domain_displaced')
  );
END
$$;
-- +goose StatementEnd
ALTER TABLE emails ALTER COLUMN email_type TYPE email_type USING email_type::TEXT::email_type;
DROP TYPE email_type_with_displacement;

"""#),
    (path: "00015_mail_expiry.sql", text: #"""
-- +goose Up

-- A mail whose code or link has expired is not sent: it would only send its recipient round in circles. NULL: it may be
-- sent at any time. Nobody searches by it: whoever claims a mail looks.
ALTER TABLE emails ADD COLUMN send_until TIMESTAMPTZ;

-- +goose Down

ALTER TABLE emails DROP COLUMN send_until;

"""#),
    (path: "00016_database_identity.sql", text: #"""
-- +goose Up

-- What this database is. It stands in the database itself, so that a backup takes it along and a program that was given
-- the wrong connection string notices it. `vetchium grant` writes the region; nothing changes it afterwards.
CREATE TABLE database_identity (
  is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
  kind TEXT NOT NULL DEFAULT 'regional' CHECK (kind = 'regional'),
  region TEXT CHECK (region ~ '^[a-z]{2,8}[0-9]{1,3}$')
);
INSERT INTO database_identity DEFAULT VALUES;

-- +goose Down

DROP TABLE database_identity;

"""#),
    (path: "00017_forgotten_recipients.sql", text: #"""
-- +goose Up

-- Whoever asks to sign up may have no account in this region, or none at all: when the mail is sent or withdrawn, nothing
-- here says who it was. A trigger, since the worker must not be able to give a mail another recipient.
-- +goose StatementBegin
CREATE FUNCTION forget_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.email_to := '';
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER forget_recipient BEFORE UPDATE OF email_status ON emails
  FOR EACH ROW WHEN (NEW.email_status IN ('sent', 'cancelled') AND NEW.email_type::TEXT LIKE '%\_signup\_%')
  EXECUTE FUNCTION forget_recipient();

-- +goose Down

DROP TRIGGER forget_recipient ON emails;
DROP FUNCTION forget_recipient();

"""#),
  ]
}
