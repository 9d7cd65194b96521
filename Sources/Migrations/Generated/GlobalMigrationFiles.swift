// Generated from db/migrations/global by embed-files; `make generate` writes it again. Do not edit.
// swift-format-ignore-file

package enum GlobalMigrationFiles {
  /// Paths below the folder, in ascending order, and the files' texts.
  package static let files: [(path: String, text: String)] = [
    (path: "00001_regions_and_languages.sql", text: #"""
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

"""#),
    (path: "00002_hub.sql", text: #"""
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

"""#),
    (path: "00003_org.sql", text: #"""
-- +goose Up

-- Employers: which region holds each one's data. The name is its signup domain and never changes.
CREATE TABLE employers (
  employer_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  employer_name TEXT NOT NULL,
  region TEXT NOT NULL REFERENCES available_regions (region_code),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX employers_region ON employers (region);

-- Who owns a domain, platform-wide. Whether it is verified is known in the home region only.
CREATE TABLE global_employer_domains (
  domain TEXT PRIMARY KEY CHECK (domain = lower(domain) AND char_length(domain) BETWEEN 3 AND 255),
  region TEXT NOT NULL REFERENCES available_regions (region_code),
  employer_id UUID NOT NULL REFERENCES employers (employer_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX global_employer_domains_region ON global_employer_domains (region);
CREATE INDEX global_employer_domains_employer_id ON global_employer_domains (employer_id);

-- One person may be a user of several tenants: an address is unique within each.
CREATE TABLE org_users (
  org_user_id UUID PRIMARY KEY,
  email_address_hash BYTEA NOT NULL CHECK (octet_length(email_address_hash) = 32),
  hashing_algorithm TEXT NOT NULL DEFAULT 'SHA-256' CHECK (hashing_algorithm = 'SHA-256'),
  employer_id UUID NOT NULL REFERENCES employers (employer_id) ON DELETE CASCADE,
  home_region TEXT NOT NULL REFERENCES available_regions (region_code),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (email_address_hash, employer_id)
);
CREATE INDEX org_users_employer_id ON org_users (employer_id);
CREATE INDEX org_users_home_region ON org_users (home_region);

-- `token_hash` is of the secret in the private mail; `dns_token` is public and stands in the TXT record.
CREATE TABLE org_signup_tokens (
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
CREATE INDEX org_signup_tokens_expires_at ON org_signup_tokens (expires_at);
CREATE INDEX org_signup_tokens_home_region ON org_signup_tokens (home_region);
-- A pending signup keeps everyone else from starting one for the same domain.
CREATE INDEX org_signup_tokens_domain ON org_signup_tokens (domain);

-- +goose Down

DROP TABLE org_signup_tokens;
DROP TABLE org_users;
DROP TABLE global_employer_domains;
DROP TABLE employers;

"""#),
    (path: "00004_agency.sql", text: #"""
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

"""#),
    (path: "00005_admin.sql", text: #"""
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

"""#),
    (path: "00006_approved_domains.sql", text: #"""
-- +goose Up

-- Administrators search domains by similarity. A trusted extension: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TYPE approved_domain_status AS ENUM ('active', 'inactive');

-- Collation "C": lists are paged in byte order. An administrator who approved a domain cannot be deleted.
CREATE TABLE approved_domains (
  domain_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  domain_name TEXT COLLATE "C" NOT NULL UNIQUE
    CHECK (domain_name = lower(domain_name) AND char_length(domain_name) BETWEEN 3 AND 255),
  status approved_domain_status NOT NULL DEFAULT 'active',
  created_by_admin_id UUID NOT NULL REFERENCES admin_users (admin_user_id) ON DELETE RESTRICT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX approved_domains_created_by_admin_id ON approved_domains (created_by_admin_id);
CREATE INDEX approved_domains_similarity ON approved_domains USING gin (domain_name gin_trgm_ops);

CREATE TYPE approved_domain_action AS ENUM ('created', 'disabled', 'enabled');

-- Entries outlive both the administrator and the domain they are about.
CREATE TABLE approved_domains_audit_log (
  audit_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  admin_id UUID REFERENCES admin_users (admin_user_id) ON DELETE SET NULL,
  action approved_domain_action NOT NULL,
  target_domain_id UUID REFERENCES approved_domains (domain_id) ON DELETE SET NULL,
  target_domain_name TEXT,
  old_value JSONB,
  new_value JSONB,
  reason TEXT,
  ip_address INET,
  user_agent TEXT,
  request_id TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX approved_domains_audit_log_admin_id ON approved_domains_audit_log (admin_id);
CREATE INDEX approved_domains_audit_log_newest_first
  ON approved_domains_audit_log (target_domain_id, created_at DESC, audit_id DESC);

-- +goose Down

DROP TABLE approved_domains_audit_log;
DROP TYPE approved_domain_action;
DROP TABLE approved_domains;
DROP TYPE approved_domain_status;
DROP EXTENSION pg_trgm;

"""#),
    (path: "00007_mail.sql", text: #"""
-- +goose Up

CREATE TYPE email_type AS ENUM (
  'admin_tfa',
  'admin_invitation',
  'admin_password_reset'
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
    (path: "00008_immutable_routing.sql", text: #"""
-- +goose Up

-- A routing row is written once and deleted at most once. An address hash changes when its owner changes the address;
-- nothing else ever does, whatever a program (or a stolen credential) asks for. Comparing whole rows fails closed:
-- a column added later is immutable until this function says otherwise.
-- +goose StatementBegin
CREATE FUNCTION refuse_routing_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'hub_users'
    AND to_jsonb(NEW) - 'email_address_hash' = to_jsonb(OLD) - 'email_address_hash'
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rows of % are never updated', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'routing_is_immutable';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON hub_users
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON hub_user_display_names
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON employers
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON global_employer_domains
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON org_users
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON agencies
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON global_agency_domains
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON agency_users
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();

-- +goose Down

DROP TRIGGER routing_is_immutable ON agency_users;
DROP TRIGGER routing_is_immutable ON global_agency_domains;
DROP TRIGGER routing_is_immutable ON agencies;
DROP TRIGGER routing_is_immutable ON org_users;
DROP TRIGGER routing_is_immutable ON global_employer_domains;
DROP TRIGGER routing_is_immutable ON employers;
DROP TRIGGER routing_is_immutable ON hub_user_display_names;
DROP TRIGGER routing_is_immutable ON hub_users;
DROP FUNCTION refuse_routing_update();

"""#),
    (path: "00009_throttles.sql", text: #"""
-- +goose Up

-- As in the regional databases: signup mails, which any region sends, and administrators' wrong passwords and mails.
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
    (path: "00010_background_work.sql", text: #"""
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
    (path: "00011_audit_order.sql", text: #"""
-- +goose Up

-- An audit reads domains page by page in the order of their bytes, which the primary key's order need not be.
CREATE INDEX global_employer_domains_in_byte_order ON global_employer_domains (domain COLLATE "C");
CREATE INDEX global_agency_domains_in_byte_order ON global_agency_domains (domain COLLATE "C");

-- +goose Down

DROP INDEX global_agency_domains_in_byte_order;
DROP INDEX global_employer_domains_in_byte_order;

"""#),
    (path: "00012_throttle_locks.sql", text: #"""
-- +goose Up

-- A transaction may count under several keys, so the clean-up leaves out counters that somebody holds. Locking a row takes
-- the right to update one of its columns; this one decides nothing.
ALTER TABLE throttles ADD COLUMN created_at TIMESTAMPTZ NOT NULL DEFAULT now();

-- +goose Down

ALTER TABLE throttles DROP COLUMN created_at;

"""#),
    (path: "00013_account_setup.sql", text: #"""
-- +goose Up

-- Who was invited and has not set the account up as far as this database knows. Only an account that was set up keeps its
-- address from signing an employer or an agency of its own up. Routing rows are never changed, so it stands beside them.
CREATE TABLE org_invited_users (
  org_user_id UUID PRIMARY KEY REFERENCES org_users (org_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE TABLE agency_invited_users (
  agency_user_id UUID PRIMARY KEY REFERENCES agency_users (agency_user_id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- As in the regional tables of users: completing the setup says how the account signs in.
ALTER TABLE admin_users ADD COLUMN authentication_type TEXT NOT NULL DEFAULT 'email_password';

-- +goose Down

ALTER TABLE admin_users DROP COLUMN authentication_type;
DROP TABLE agency_invited_users;
DROP TABLE org_invited_users;

"""#),
    (path: "00014_mail_expiry.sql", text: #"""
-- +goose Up

-- A mail whose code or link has expired is not sent: it would only send its recipient round in circles. NULL: it may be
-- sent at any time. Nobody searches by it: whoever claims a mail looks.
ALTER TABLE emails ADD COLUMN send_until TIMESTAMPTZ;

-- +goose Down

ALTER TABLE emails DROP COLUMN send_until;

"""#),
    (path: "00015_database_identity.sql", text: #"""
-- +goose Up

-- What this database is. It stands in the database itself, so that a backup takes it along and a program that was given
-- the wrong connection string notices it. The global database belongs to no region.
CREATE TABLE database_identity (
  is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
  kind TEXT NOT NULL DEFAULT 'global' CHECK (kind = 'global'),
  region TEXT CHECK (region IS NULL)
);
INSERT INTO database_identity DEFAULT VALUES;

-- +goose Down

DROP TABLE database_identity;

"""#),
    (path: "00016_rows_of_a_region.sql", text: #"""
-- +goose Up

-- A region's role inserts, changes and deletes only rows of its own region, and sees no others. Which region a session is
-- of says the role that has logged in, `vetchium_api_<region>`: neither SET ROLE nor a SECURITY DEFINER function changes
-- it. FORCE makes the policies hold for the tables' owner as well, so a function of the owner's that a region calls
-- writes no other region's rows either. Everybody else (the owner's own sessions, the global service) is of no region
-- and is bound by grants alone.
--
-- Reads: a region's role itself sees its own rows; the functions of the next migration, in which the current user is
-- the owner, find others as well.

-- The region whose API server this session is; null for everybody else. Policies run these two with the search_path of
-- whoever writes, so all names in them are qualified.
-- +goose StatementBegin
CREATE FUNCTION session_region() RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN pg_catalog.starts_with(session_user::TEXT, 'vetchium_api_') THEN pg_catalog.substr(session_user::TEXT, 14)
  END
$$;
-- +goose StatementEnd
-- Whether this session may write rows of a region.
-- +goose StatementBegin
CREATE FUNCTION is_own_region(region TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT public.session_region() IS NULL OR region OPERATOR(pg_catalog.=) public.session_region()
$$;
-- +goose StatementEnd

-- The region that made a token; null if it was no region. Any region is asked to begin a person's sign-up, and the one
-- that they choose spends the token, so that it says who has.
ALTER TABLE hub_signup_tokens
  ADD COLUMN made_in TEXT DEFAULT session_region(),
  ADD COLUMN consumed_in TEXT;
ALTER TABLE org_signup_tokens ADD COLUMN made_in TEXT DEFAULT session_region();
ALTER TABLE agency_signup_tokens ADD COLUMN made_in TEXT DEFAULT session_region();

-- Whether this session may write rows that belong to another one. They read the tables, which the region may not.
-- +goose StatementBegin
CREATE FUNCTION is_own_hub_user(id UUID) RETURNS BOOLEAN
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN session_region() IS NULL
    OR EXISTS (SELECT 1 FROM hub_users WHERE hub_user_global_id = id AND is_own_region(home_region));
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION is_own_employer(id UUID) RETURNS BOOLEAN
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN session_region() IS NULL
    OR EXISTS (SELECT 1 FROM employers WHERE employer_id = id AND is_own_region(region));
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION is_own_org_user(id UUID) RETURNS BOOLEAN
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN session_region() IS NULL
    OR EXISTS (SELECT 1 FROM org_users WHERE org_user_id = id AND is_own_region(home_region));
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION is_own_agency(id UUID) RETURNS BOOLEAN
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN session_region() IS NULL
    OR EXISTS (SELECT 1 FROM agencies WHERE agency_id = id AND is_own_region(region));
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION is_own_agency_user(id UUID) RETURNS BOOLEAN
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN session_region() IS NULL
    OR EXISTS (SELECT 1 FROM agency_users WHERE agency_user_id = id AND is_own_region(home_region));
END
$$;
-- +goose StatementEnd

ALTER TABLE hub_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_users FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON hub_users FOR SELECT
  USING (current_user <> session_user OR is_own_region(home_region));
CREATE POLICY inserts ON hub_users FOR INSERT
  WITH CHECK (is_own_region(home_region));
CREATE POLICY updates ON hub_users FOR UPDATE
  USING (is_own_region(home_region));
CREATE POLICY deletes ON hub_users FOR DELETE
  USING (is_own_region(home_region));

ALTER TABLE hub_user_display_names ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_user_display_names FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON hub_user_display_names FOR SELECT
  USING (current_user <> session_user OR is_own_hub_user(hub_user_global_id));
CREATE POLICY inserts ON hub_user_display_names FOR INSERT
  WITH CHECK (is_own_hub_user(hub_user_global_id));
CREATE POLICY updates ON hub_user_display_names FOR UPDATE
  USING (is_own_hub_user(hub_user_global_id));
CREATE POLICY deletes ON hub_user_display_names FOR DELETE
  USING (is_own_hub_user(hub_user_global_id));

ALTER TABLE employers ENABLE ROW LEVEL SECURITY;
ALTER TABLE employers FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON employers FOR SELECT
  USING (current_user <> session_user OR is_own_region(region));
CREATE POLICY inserts ON employers FOR INSERT
  WITH CHECK (is_own_region(region));
CREATE POLICY updates ON employers FOR UPDATE
  USING (is_own_region(region));
CREATE POLICY deletes ON employers FOR DELETE
  USING (is_own_region(region));

ALTER TABLE global_employer_domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE global_employer_domains FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON global_employer_domains FOR SELECT
  USING (current_user <> session_user OR is_own_region(region));
CREATE POLICY inserts ON global_employer_domains FOR INSERT
  WITH CHECK (is_own_region(region) AND is_own_employer(employer_id));
CREATE POLICY updates ON global_employer_domains FOR UPDATE
  USING (is_own_region(region));
CREATE POLICY deletes ON global_employer_domains FOR DELETE
  USING (is_own_region(region));

ALTER TABLE org_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE org_users FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON org_users FOR SELECT
  USING (current_user <> session_user OR is_own_region(home_region));
CREATE POLICY inserts ON org_users FOR INSERT
  WITH CHECK (is_own_region(home_region) AND is_own_employer(employer_id));
CREATE POLICY updates ON org_users FOR UPDATE
  USING (is_own_region(home_region));
CREATE POLICY deletes ON org_users FOR DELETE
  USING (is_own_region(home_region));

ALTER TABLE org_invited_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE org_invited_users FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON org_invited_users FOR SELECT
  USING (current_user <> session_user OR is_own_org_user(org_user_id));
CREATE POLICY inserts ON org_invited_users FOR INSERT
  WITH CHECK (is_own_org_user(org_user_id));
CREATE POLICY updates ON org_invited_users FOR UPDATE
  USING (is_own_org_user(org_user_id));
CREATE POLICY deletes ON org_invited_users FOR DELETE
  USING (is_own_org_user(org_user_id));

ALTER TABLE agencies ENABLE ROW LEVEL SECURITY;
ALTER TABLE agencies FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON agencies FOR SELECT
  USING (current_user <> session_user OR is_own_region(region));
CREATE POLICY inserts ON agencies FOR INSERT
  WITH CHECK (is_own_region(region));
CREATE POLICY updates ON agencies FOR UPDATE
  USING (is_own_region(region));
CREATE POLICY deletes ON agencies FOR DELETE
  USING (is_own_region(region));

ALTER TABLE global_agency_domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE global_agency_domains FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON global_agency_domains FOR SELECT
  USING (current_user <> session_user OR is_own_region(region));
CREATE POLICY inserts ON global_agency_domains FOR INSERT
  WITH CHECK (is_own_region(region) AND is_own_agency(agency_id));
CREATE POLICY updates ON global_agency_domains FOR UPDATE
  USING (is_own_region(region));
CREATE POLICY deletes ON global_agency_domains FOR DELETE
  USING (is_own_region(region));

ALTER TABLE agency_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE agency_users FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON agency_users FOR SELECT
  USING (current_user <> session_user OR is_own_region(home_region));
CREATE POLICY inserts ON agency_users FOR INSERT
  WITH CHECK (is_own_region(home_region) AND is_own_agency(agency_id));
CREATE POLICY updates ON agency_users FOR UPDATE
  USING (is_own_region(home_region));
CREATE POLICY deletes ON agency_users FOR DELETE
  USING (is_own_region(home_region));

ALTER TABLE agency_invited_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE agency_invited_users FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON agency_invited_users FOR SELECT
  USING (current_user <> session_user OR is_own_agency_user(agency_user_id));
CREATE POLICY inserts ON agency_invited_users FOR INSERT
  WITH CHECK (is_own_agency_user(agency_user_id));
CREATE POLICY updates ON agency_invited_users FOR UPDATE
  USING (is_own_agency_user(agency_user_id));
CREATE POLICY deletes ON agency_invited_users FOR DELETE
  USING (is_own_agency_user(agency_user_id));

ALTER TABLE org_signup_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE org_signup_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON org_signup_tokens FOR SELECT
  USING (current_user <> session_user OR is_own_region(home_region));
CREATE POLICY inserts ON org_signup_tokens FOR INSERT
  WITH CHECK (is_own_region(home_region) AND is_own_region(made_in));
CREATE POLICY updates ON org_signup_tokens FOR UPDATE
  USING (is_own_region(home_region));
CREATE POLICY deletes ON org_signup_tokens FOR DELETE
  USING (is_own_region(home_region));

ALTER TABLE agency_signup_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE agency_signup_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON agency_signup_tokens FOR SELECT
  USING (current_user <> session_user OR is_own_region(home_region));
CREATE POLICY inserts ON agency_signup_tokens FOR INSERT
  WITH CHECK (is_own_region(home_region) AND is_own_region(made_in));
CREATE POLICY updates ON agency_signup_tokens FOR UPDATE
  USING (is_own_region(home_region));
CREATE POLICY deletes ON agency_signup_tokens FOR DELETE
  USING (is_own_region(home_region));

ALTER TABLE hub_signup_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_signup_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON hub_signup_tokens FOR SELECT
  USING (current_user <> session_user OR is_own_region(made_in));
CREATE POLICY inserts ON hub_signup_tokens FOR INSERT
  WITH CHECK (is_own_region(made_in));
CREATE POLICY updates ON hub_signup_tokens FOR UPDATE
  USING (current_user <> session_user OR session_region() IS NULL);
CREATE POLICY deletes ON hub_signup_tokens FOR DELETE
  USING (is_own_region(made_in));

-- +goose Down

DROP POLICY deletes ON hub_signup_tokens;
DROP POLICY updates ON hub_signup_tokens;
DROP POLICY inserts ON hub_signup_tokens;
DROP POLICY reads ON hub_signup_tokens;
ALTER TABLE hub_signup_tokens NO FORCE ROW LEVEL SECURITY;
ALTER TABLE hub_signup_tokens DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON agency_signup_tokens;
DROP POLICY updates ON agency_signup_tokens;
DROP POLICY inserts ON agency_signup_tokens;
DROP POLICY reads ON agency_signup_tokens;
ALTER TABLE agency_signup_tokens NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agency_signup_tokens DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON org_signup_tokens;
DROP POLICY updates ON org_signup_tokens;
DROP POLICY inserts ON org_signup_tokens;
DROP POLICY reads ON org_signup_tokens;
ALTER TABLE org_signup_tokens NO FORCE ROW LEVEL SECURITY;
ALTER TABLE org_signup_tokens DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON agency_invited_users;
DROP POLICY updates ON agency_invited_users;
DROP POLICY inserts ON agency_invited_users;
DROP POLICY reads ON agency_invited_users;
ALTER TABLE agency_invited_users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agency_invited_users DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON agency_users;
DROP POLICY updates ON agency_users;
DROP POLICY inserts ON agency_users;
DROP POLICY reads ON agency_users;
ALTER TABLE agency_users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agency_users DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON global_agency_domains;
DROP POLICY updates ON global_agency_domains;
DROP POLICY inserts ON global_agency_domains;
DROP POLICY reads ON global_agency_domains;
ALTER TABLE global_agency_domains NO FORCE ROW LEVEL SECURITY;
ALTER TABLE global_agency_domains DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON agencies;
DROP POLICY updates ON agencies;
DROP POLICY inserts ON agencies;
DROP POLICY reads ON agencies;
ALTER TABLE agencies NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agencies DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON org_invited_users;
DROP POLICY updates ON org_invited_users;
DROP POLICY inserts ON org_invited_users;
DROP POLICY reads ON org_invited_users;
ALTER TABLE org_invited_users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE org_invited_users DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON org_users;
DROP POLICY updates ON org_users;
DROP POLICY inserts ON org_users;
DROP POLICY reads ON org_users;
ALTER TABLE org_users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE org_users DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON global_employer_domains;
DROP POLICY updates ON global_employer_domains;
DROP POLICY inserts ON global_employer_domains;
DROP POLICY reads ON global_employer_domains;
ALTER TABLE global_employer_domains NO FORCE ROW LEVEL SECURITY;
ALTER TABLE global_employer_domains DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON employers;
DROP POLICY updates ON employers;
DROP POLICY inserts ON employers;
DROP POLICY reads ON employers;
ALTER TABLE employers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE employers DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON hub_user_display_names;
DROP POLICY updates ON hub_user_display_names;
DROP POLICY inserts ON hub_user_display_names;
DROP POLICY reads ON hub_user_display_names;
ALTER TABLE hub_user_display_names NO FORCE ROW LEVEL SECURITY;
ALTER TABLE hub_user_display_names DISABLE ROW LEVEL SECURITY;
DROP POLICY deletes ON hub_users;
DROP POLICY updates ON hub_users;
DROP POLICY inserts ON hub_users;
DROP POLICY reads ON hub_users;
ALTER TABLE hub_users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE hub_users DISABLE ROW LEVEL SECURITY;
ALTER TABLE agency_signup_tokens DROP COLUMN made_in;
ALTER TABLE org_signup_tokens DROP COLUMN made_in;
ALTER TABLE hub_signup_tokens DROP COLUMN consumed_in, DROP COLUMN made_in;
DROP FUNCTION is_own_agency_user(UUID);
DROP FUNCTION is_own_agency(UUID);
DROP FUNCTION is_own_org_user(UUID);
DROP FUNCTION is_own_employer(UUID);
DROP FUNCTION is_own_hub_user(UUID);
DROP FUNCTION is_own_region(TEXT);
DROP FUNCTION session_region();

"""#),
    (path: "00017_routing_functions.sql", text: ##"""
-- +vetchium oldest-program 17
-- +goose Up

-- What a region asks and does, one row at a time: its role has no right to read, change, delete or lock the tables of
-- the routing rows, so that it lists nothing and holds up nobody (the right to DELETE is a right to LOCK TABLE in every
-- mode, PostgreSQL manual, LOCK). The functions run as the tables' owner. The policies of the migration before let them
-- find every region's rows and write those of the caller's region only, and each function that writes asks for the
-- region itself as well: no policy binds a superuser who owns the tables. They are plpgsql because its plans are kept.

-- Refuses a look-up by more hashes than an address has keys: it asks about one address.
-- +goose StatementBegin
CREATE FUNCTION check_hash_count(hashes BYTEA[]) RETURNS VOID LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF cardinality(hashes) > 16 THEN
    RAISE EXCEPTION 'a look-up takes at most 16 hashes' USING ERRCODE = 'program_limit_exceeded';
  END IF;
END
$$;
-- +goose StatementEnd

-- Who has an address, and which region is home. It and the look-up of a tenant's user are asked with every login, so all
-- names in them are qualified instead of SET search_path, which would cost half as much again; and one hash is compared
-- after the other, since the plan of a comparison with one value is kept and that with an array is made anew.
-- +goose StatementBegin
CREATE FUNCTION find_hub_user(hashes BYTEA[])
RETURNS TABLE (hub_user_global_id UUID, home_region TEXT)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
  IF pg_catalog.cardinality(hashes) OPERATOR(pg_catalog.>) 16 THEN
    RAISE EXCEPTION 'a look-up takes at most 16 hashes' USING ERRCODE = 'program_limit_exceeded';
  END IF;
  FOR number IN 1 .. pg_catalog.cardinality(hashes) LOOP
    SELECT users.hub_user_global_id, users.home_region INTO hub_user_global_id, home_region
    FROM public.hub_users AS users
    WHERE users.email_address_hash OPERATOR(pg_catalog.=) hashes[number];
    IF FOUND THEN
      RETURN NEXT;
      RETURN;
    END IF;
  END LOOP;
END
$$;
-- +goose StatementEnd

-- The hash that a person of the caller's region bears.
-- +goose StatementBegin
CREATE FUNCTION find_hub_user_email_hash(user_id UUID)
RETURNS SETOF BYTEA
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT users.email_address_hash
  FROM hub_users AS users
  WHERE users.hub_user_global_id = user_id
    AND is_own_region(users.home_region);
END
$$;
-- +goose StatementEnd

-- Gives a person of the caller's region another hash, if they bear one of those known.
-- +goose StatementBegin
CREATE FUNCTION change_hub_user_email_hash(new_hash BYTEA, new_algorithm TEXT, user_id UUID, known_hashes BYTEA[])
RETURNS SETOF UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE hub_users AS users
  SET email_address_hash = new_hash, hashing_algorithm = new_algorithm
  WHERE users.hub_user_global_id = user_id
    AND users.email_address_hash = ANY (known_hashes)
    AND is_own_region(users.home_region)
  RETURNING users.hub_user_global_id;
END
$$;
-- +goose StatementEnd

-- Deletes a person of the caller's region and their display names.
-- +goose StatementBegin
CREATE FUNCTION delete_hub_user(user_id UUID)
RETURNS SETOF UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM hub_users AS users
  WHERE users.hub_user_global_id = user_id
    AND is_own_region(users.home_region)
  RETURNING users.hub_user_global_id;
END
$$;
-- +goose StatementEnd

-- The unexpired token with a hash, which only those know who know the token.
-- +goose StatementBegin
CREATE FUNCTION find_hub_signup_token(hash BYTEA)
RETURNS TABLE (email_address TEXT, is_consumed BOOLEAN)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.email_address, tokens.consumed_at IS NOT NULL
  FROM hub_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.expires_at > now();
END
$$;
-- +goose StatementEnd

-- The same, locked until the end of the transaction.
-- +goose StatementBegin
CREATE FUNCTION lock_hub_signup_token(hash BYTEA)
RETURNS TABLE (email_address TEXT, is_consumed BOOLEAN)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.email_address, tokens.consumed_at IS NOT NULL
  FROM hub_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.expires_at > now()
  FOR UPDATE;
END
$$;
-- +goose StatementEnd

-- Spends a token in the caller's region, wherever it was made.
-- +goose StatementBegin
CREATE FUNCTION consume_hub_signup_token(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE hub_signup_tokens AS tokens
  SET consumed_at = now(), consumed_in = session_region()
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- Gives a token back that the caller's region has spent.
-- +goose StatementBegin
CREATE FUNCTION release_hub_signup_token(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE hub_signup_tokens AS tokens
  SET consumed_at = NULL, consumed_in = NULL
  WHERE tokens.token_hash = hash
    AND (tokens.consumed_in IS NULL OR is_own_region(tokens.consumed_in))
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- Takes a token back that the caller's region has made.
-- +goose StatementBegin
CREATE FUNCTION delete_hub_signup_token(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM hub_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND is_own_region(tokens.made_in)
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- The name of a tenant of the caller's region.
-- +goose StatementBegin
CREATE FUNCTION find_employer_name(id UUID)
RETURNS SETOF TEXT
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tenants.employer_name
  FROM employers AS tenants
  WHERE tenants.employer_id = id
    AND is_own_region(tenants.region);
END
$$;
-- +goose StatementEnd

-- The tenant that owns a domain, its region, and its user with an address, null if there is none.
-- +goose StatementBegin
CREATE FUNCTION find_org_user(hashes BYTEA[], domain_name TEXT)
RETURNS TABLE (tenant_id UUID, region TEXT, user_id UUID)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
  IF pg_catalog.cardinality(hashes) OPERATOR(pg_catalog.>) 16 THEN
    RAISE EXCEPTION 'a look-up takes at most 16 hashes' USING ERRCODE = 'program_limit_exceeded';
  END IF;
  SELECT domains.employer_id, domains.region INTO tenant_id, region
  FROM public.global_employer_domains AS domains
  WHERE domains.domain OPERATOR(pg_catalog.=) domain_name;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  FOR number IN 1 .. pg_catalog.cardinality(hashes) LOOP
    SELECT users.org_user_id INTO user_id
    FROM public.org_users AS users
    WHERE users.employer_id OPERATOR(pg_catalog.=) tenant_id
      AND users.email_address_hash OPERATOR(pg_catalog.=) hashes[number];
    EXIT WHEN FOUND;
  END LOOP;
  RETURN NEXT;
END
$$;
-- +goose StatementEnd

-- The tenant that has a domain, proven or not.
-- +goose StatementBegin
CREATE FUNCTION find_employer_domain(domain_name TEXT)
RETURNS TABLE (tenant_id UUID, region TEXT)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT domains.employer_id, domains.region
  FROM global_employer_domains AS domains
  WHERE domains.domain = domain_name;
END
$$;
-- +goose StatementEnd

-- Deletes a user of the caller's region.
-- +goose StatementBegin
CREATE FUNCTION delete_org_user(id UUID)
RETURNS SETOF UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM org_users AS gone
  WHERE gone.org_user_id = id
    AND is_own_region(gone.home_region)
  RETURNING gone.org_user_id;
END
$$;
-- +goose StatementEnd

-- Deletes the note that a user of the caller's region was invited.
-- +goose StatementBegin
CREATE FUNCTION delete_org_invited_user(id UUID)
RETURNS SETOF UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM org_invited_users AS gone
  WHERE gone.org_user_id = id
    AND is_own_org_user(gone.org_user_id)
  RETURNING gone.org_user_id;
END
$$;
-- +goose StatementEnd

-- Deletes a tenant of the caller's region with its domains and users.
-- +goose StatementBegin
CREATE FUNCTION delete_employer(id UUID)
RETURNS SETOF UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM employers AS gone
  WHERE gone.employer_id = id
    AND is_own_region(gone.region)
  RETURNING gone.employer_id;
END
$$;
-- +goose StatementEnd

-- Takes a domain from a tenant of the caller's region, if it still has it.
-- +goose StatementBegin
CREATE FUNCTION delete_employer_domain(domain_name TEXT, id UUID)
RETURNS SETOF TEXT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM global_employer_domains AS domains
  WHERE domains.domain = domain_name
    AND domains.employer_id = id
    AND is_own_region(domains.region)
  RETURNING domains.domain;
END
$$;
-- +goose StatementEnd

-- Whether an address has an account that was set up, and whether a sign-up of a domain is under way.
-- +goose StatementBegin
CREATE FUNCTION find_org_signup_obstacles(hashes BYTEA[], domain_name TEXT)
RETURNS TABLE (is_address_known BOOLEAN, is_under_way BOOLEAN)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM check_hash_count(hashes);
  RETURN QUERY
  SELECT
    EXISTS (
      SELECT 1
      FROM org_users AS users
      WHERE users.email_address_hash = ANY (hashes)
        AND NOT EXISTS (SELECT 1 FROM org_invited_users AS notes WHERE notes.org_user_id = users.org_user_id)
    ),
    EXISTS (
      SELECT 1
      FROM org_signup_tokens AS tokens
      WHERE tokens.domain = domain_name
        AND tokens.consumed_at IS NULL
        AND tokens.expires_at > now()
    );
END
$$;
-- +goose StatementEnd

-- The sign-up that can be completed with a token, by the token's hash.
-- +goose StatementBegin
CREATE FUNCTION find_org_signup(hash BYTEA)
RETURNS TABLE (dns_token TEXT, email_address TEXT, domain TEXT, home_region TEXT, expires_at TIMESTAMPTZ)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.dns_token, tokens.email_address, tokens.domain, tokens.home_region, tokens.expires_at
  FROM org_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND tokens.expires_at > now();
END
$$;
-- +goose StatementEnd

-- Spends a token of the caller's region.
-- +goose StatementBegin
CREATE FUNCTION consume_org_signup_token(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE org_signup_tokens AS tokens
  SET consumed_at = now()
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND tokens.expires_at > now()
    AND is_own_region(tokens.home_region)
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- Gives a token of the caller's region back.
-- +goose StatementBegin
CREATE FUNCTION release_org_signup_token(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE org_signup_tokens AS tokens
  SET consumed_at = NULL
  WHERE tokens.token_hash = hash
    AND is_own_region(tokens.home_region)
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- Deletes a sign-up of the caller's region that nobody has completed.
-- +goose StatementBegin
CREATE FUNCTION delete_org_signup_token(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM org_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND is_own_region(tokens.home_region)
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- The name of a tenant of the caller's region.
-- +goose StatementBegin
CREATE FUNCTION find_agency_name(id UUID)
RETURNS SETOF TEXT
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tenants.agency_name
  FROM agencies AS tenants
  WHERE tenants.agency_id = id
    AND is_own_region(tenants.region);
END
$$;
-- +goose StatementEnd

-- The tenant that owns a domain, its region, and its user with an address, null if there is none.
-- +goose StatementBegin
CREATE FUNCTION find_agency_user(hashes BYTEA[], domain_name TEXT)
RETURNS TABLE (tenant_id UUID, region TEXT, user_id UUID)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
  IF pg_catalog.cardinality(hashes) OPERATOR(pg_catalog.>) 16 THEN
    RAISE EXCEPTION 'a look-up takes at most 16 hashes' USING ERRCODE = 'program_limit_exceeded';
  END IF;
  SELECT domains.agency_id, domains.region INTO tenant_id, region
  FROM public.global_agency_domains AS domains
  WHERE domains.domain OPERATOR(pg_catalog.=) domain_name;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  FOR number IN 1 .. pg_catalog.cardinality(hashes) LOOP
    SELECT users.agency_user_id INTO user_id
    FROM public.agency_users AS users
    WHERE users.agency_id OPERATOR(pg_catalog.=) tenant_id
      AND users.email_address_hash OPERATOR(pg_catalog.=) hashes[number];
    EXIT WHEN FOUND;
  END LOOP;
  RETURN NEXT;
END
$$;
-- +goose StatementEnd

-- The tenant that has a domain, proven or not.
-- +goose StatementBegin
CREATE FUNCTION find_agency_domain(domain_name TEXT)
RETURNS TABLE (tenant_id UUID, region TEXT)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT domains.agency_id, domains.region
  FROM global_agency_domains AS domains
  WHERE domains.domain = domain_name;
END
$$;
-- +goose StatementEnd

-- Deletes a user of the caller's region.
-- +goose StatementBegin
CREATE FUNCTION delete_agency_user(id UUID)
RETURNS SETOF UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM agency_users AS gone
  WHERE gone.agency_user_id = id
    AND is_own_region(gone.home_region)
  RETURNING gone.agency_user_id;
END
$$;
-- +goose StatementEnd

-- Deletes the note that a user of the caller's region was invited.
-- +goose StatementBegin
CREATE FUNCTION delete_agency_invited_user(id UUID)
RETURNS SETOF UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM agency_invited_users AS gone
  WHERE gone.agency_user_id = id
    AND is_own_agency_user(gone.agency_user_id)
  RETURNING gone.agency_user_id;
END
$$;
-- +goose StatementEnd

-- Deletes a tenant of the caller's region with its domains and users.
-- +goose StatementBegin
CREATE FUNCTION delete_agency(id UUID)
RETURNS SETOF UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM agencies AS gone
  WHERE gone.agency_id = id
    AND is_own_region(gone.region)
  RETURNING gone.agency_id;
END
$$;
-- +goose StatementEnd

-- Takes a domain from a tenant of the caller's region, if it still has it.
-- +goose StatementBegin
CREATE FUNCTION delete_agency_domain(domain_name TEXT, id UUID)
RETURNS SETOF TEXT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM global_agency_domains AS domains
  WHERE domains.domain = domain_name
    AND domains.agency_id = id
    AND is_own_region(domains.region)
  RETURNING domains.domain;
END
$$;
-- +goose StatementEnd

-- Whether an address has an account that was set up, and whether a sign-up of a domain is under way.
-- +goose StatementBegin
CREATE FUNCTION find_agency_signup_obstacles(hashes BYTEA[], domain_name TEXT)
RETURNS TABLE (is_address_known BOOLEAN, is_under_way BOOLEAN)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM check_hash_count(hashes);
  RETURN QUERY
  SELECT
    EXISTS (
      SELECT 1
      FROM agency_users AS users
      WHERE users.email_address_hash = ANY (hashes)
        AND NOT EXISTS (SELECT 1 FROM agency_invited_users AS notes WHERE notes.agency_user_id = users.agency_user_id)
    ),
    EXISTS (
      SELECT 1
      FROM agency_signup_tokens AS tokens
      WHERE tokens.domain = domain_name
        AND tokens.consumed_at IS NULL
        AND tokens.expires_at > now()
    );
END
$$;
-- +goose StatementEnd

-- The sign-up that can be completed with a token, by the token's hash.
-- +goose StatementBegin
CREATE FUNCTION find_agency_signup(hash BYTEA)
RETURNS TABLE (dns_token TEXT, email_address TEXT, domain TEXT, home_region TEXT, expires_at TIMESTAMPTZ)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.dns_token, tokens.email_address, tokens.domain, tokens.home_region, tokens.expires_at
  FROM agency_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND tokens.expires_at > now();
END
$$;
-- +goose StatementEnd

-- Spends a token of the caller's region.
-- +goose StatementBegin
CREATE FUNCTION consume_agency_signup_token(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE agency_signup_tokens AS tokens
  SET consumed_at = now()
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND tokens.expires_at > now()
    AND is_own_region(tokens.home_region)
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- Gives a token of the caller's region back.
-- +goose StatementBegin
CREATE FUNCTION release_agency_signup_token(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE agency_signup_tokens AS tokens
  SET consumed_at = NULL
  WHERE tokens.token_hash = hash
    AND is_own_region(tokens.home_region)
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- Deletes a sign-up of the caller's region that nobody has completed.
-- +goose StatementBegin
CREATE FUNCTION delete_agency_signup_token(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  DELETE FROM agency_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND is_own_region(tokens.home_region)
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- Administrators' counters are in a table that no region has a right to; sign-ups stay in `throttles`, which a region
-- counts up, and never beyond the limit, so that it can neither lift a counter nor hold one longer than an hour.
CREATE UNLOGGED TABLE admin_throttles (
  throttle_key BYTEA PRIMARY KEY CHECK (octet_length(throttle_key) = 32),
  events INTEGER NOT NULL CHECK (events > 0),
  last_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX admin_throttles_expires_at ON admin_throttles (expires_at);

-- Counts a sign-up under a key for an hour from the first; refuses it, and counts nothing, if there are that many
-- already. Says in how many milliseconds the counter is forgotten.
-- +goose StatementBegin
CREATE FUNCTION count_signup(key BYTEA, most_events INTEGER)
RETURNS TABLE (is_admitted BOOLEAN, ends_in_ms BIGINT)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  is_counted BOOLEAN;
BEGIN
  INSERT INTO throttles (throttle_key, events, last_at, expires_at)
  VALUES (key, 1, now(), now() + INTERVAL '1 hour')
  ON CONFLICT (throttle_key) DO UPDATE
  SET
    events = CASE WHEN throttles.expires_at <= now() THEN 1 ELSE throttles.events + 1 END,
    last_at = now(),
    expires_at = CASE WHEN throttles.expires_at <= now() THEN excluded.expires_at ELSE throttles.expires_at END
  WHERE throttles.expires_at <= now() OR throttles.events < most_events;
  is_counted := FOUND;
  RETURN QUERY
  SELECT is_counted, ceil(extract(EPOCH FROM counters.expires_at - now()) * 1000)::BIGINT
  FROM throttles AS counters
  WHERE counters.throttle_key = key;
END
$$;
-- +goose StatementEnd

-- Locks that last until the end of the transaction. Of two transactions that insert one key the second waits for the
-- first, also if that one deletes the row again (PostgreSQL manual, Index Uniqueness Checks), so nothing is left behind.
-- Advisory locks are numbers that every role can take and keep; nobody but these functions reaches these tables.
CREATE UNLOGGED TABLE saga_locks (region TEXT, saga_id UUID, PRIMARY KEY (region, saga_id));
CREATE UNLOGGED TABLE signup_domain_locks (portal TEXT, domain TEXT, PRIMARY KEY (portal, domain));

-- Lets one transaction at a time change this database for a saga of the caller's region.
-- +goose StatementBegin
CREATE FUNCTION lock_saga(id UUID)
RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  owner TEXT := coalesce(session_region(), '');
BEGIN
  INSERT INTO saga_locks (region, saga_id) VALUES (owner, id);
  DELETE FROM saga_locks WHERE saga_locks.region = owner AND saga_locks.saga_id = id;
END
$$;
-- +goose StatementEnd

-- Lets one sign-up at a time begin for a domain, in whatever region.
-- +goose StatementBegin
CREATE FUNCTION lock_signup_domain(portal_name TEXT, domain_name TEXT)
RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO signup_domain_locks (portal, domain) VALUES (portal_name, domain_name);
  DELETE FROM signup_domain_locks AS held WHERE held.portal = portal_name AND held.domain = domain_name;
END
$$;
-- +goose StatementEnd

-- How long, in milliseconds, a session in this database has waited for a lock that another one holds: the longest wait,
-- 0 if nobody waits. Which locks there are, and since when somebody waits, is shown to every role.
-- +goose StatementBegin
CREATE FUNCTION longest_lock_wait_ms() RETURNS BIGINT LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(max(extract(EPOCH FROM clock_timestamp() - pg_locks.waitstart) * 1000), 0)::BIGINT
  FROM pg_locks
  JOIN pg_stat_activity ON pg_stat_activity.pid = pg_locks.pid
  WHERE NOT pg_locks.granted
    AND pg_stat_activity.datname = current_database()
$$;
-- +goose StatementEnd

-- +goose Down

DROP FUNCTION longest_lock_wait_ms();
DROP FUNCTION lock_signup_domain(TEXT, TEXT);
DROP FUNCTION lock_saga(UUID);
DROP FUNCTION count_signup(BYTEA, INTEGER);
DROP FUNCTION delete_agency_signup_token(BYTEA);
DROP FUNCTION release_agency_signup_token(BYTEA);
DROP FUNCTION consume_agency_signup_token(BYTEA);
DROP FUNCTION find_agency_signup(BYTEA);
DROP FUNCTION find_agency_signup_obstacles(BYTEA[], TEXT);
DROP FUNCTION delete_agency_domain(TEXT, UUID);
DROP FUNCTION delete_agency(UUID);
DROP FUNCTION delete_agency_invited_user(UUID);
DROP FUNCTION delete_agency_user(UUID);
DROP FUNCTION find_agency_domain(TEXT);
DROP FUNCTION find_agency_user(BYTEA[], TEXT);
DROP FUNCTION find_agency_name(UUID);
DROP FUNCTION delete_org_signup_token(BYTEA);
DROP FUNCTION release_org_signup_token(BYTEA);
DROP FUNCTION consume_org_signup_token(BYTEA);
DROP FUNCTION find_org_signup(BYTEA);
DROP FUNCTION find_org_signup_obstacles(BYTEA[], TEXT);
DROP FUNCTION delete_employer_domain(TEXT, UUID);
DROP FUNCTION delete_employer(UUID);
DROP FUNCTION delete_org_invited_user(UUID);
DROP FUNCTION delete_org_user(UUID);
DROP FUNCTION find_employer_domain(TEXT);
DROP FUNCTION find_org_user(BYTEA[], TEXT);
DROP FUNCTION find_employer_name(UUID);
DROP FUNCTION delete_hub_signup_token(BYTEA);
DROP FUNCTION release_hub_signup_token(BYTEA);
DROP FUNCTION consume_hub_signup_token(BYTEA);
DROP FUNCTION lock_hub_signup_token(BYTEA);
DROP FUNCTION find_hub_signup_token(BYTEA);
DROP FUNCTION delete_hub_user(UUID);
DROP FUNCTION change_hub_user_email_hash(BYTEA, TEXT, UUID, BYTEA[]);
DROP FUNCTION find_hub_user_email_hash(UUID);
DROP FUNCTION find_hub_user(BYTEA[]);
DROP FUNCTION check_hash_count(BYTEA[]);
DROP TABLE signup_domain_locks;
DROP TABLE saga_locks;
DROP TABLE admin_throttles;

"""##),
    (path: "00018_keyed_address_hashes.sql", text: #"""
-- +goose Up

-- What made the hash of an address: SHA-256, or HMAC-SHA-256 with a key of EMAIL_HASH_KEYS, whose version follows.
ALTER TABLE hub_users DROP CONSTRAINT hub_users_hashing_algorithm_check,
  ADD CONSTRAINT hub_users_hashing_algorithm_check
  CHECK (hashing_algorithm ~ '^(SHA-256|HMAC-SHA-256:[1-9][0-9]{0,3})$');
ALTER TABLE org_users DROP CONSTRAINT org_users_hashing_algorithm_check,
  ADD CONSTRAINT org_users_hashing_algorithm_check
  CHECK (hashing_algorithm ~ '^(SHA-256|HMAC-SHA-256:[1-9][0-9]{0,3})$');
ALTER TABLE agency_users DROP CONSTRAINT agency_users_hashing_algorithm_check,
  ADD CONSTRAINT agency_users_hashing_algorithm_check
  CHECK (hashing_algorithm ~ '^(SHA-256|HMAC-SHA-256:[1-9][0-9]{0,3})$');
ALTER TABLE hub_signup_tokens DROP CONSTRAINT hub_signup_tokens_hashing_algorithm_check,
  ADD CONSTRAINT hub_signup_tokens_hashing_algorithm_check
  CHECK (hashing_algorithm ~ '^(SHA-256|HMAC-SHA-256:[1-9][0-9]{0,3})$');
ALTER TABLE org_signup_tokens DROP CONSTRAINT org_signup_tokens_hashing_algorithm_check,
  ADD CONSTRAINT org_signup_tokens_hashing_algorithm_check
  CHECK (hashing_algorithm ~ '^(SHA-256|HMAC-SHA-256:[1-9][0-9]{0,3})$');
ALTER TABLE agency_signup_tokens DROP CONSTRAINT agency_signup_tokens_hashing_algorithm_check,
  ADD CONSTRAINT agency_signup_tokens_hashing_algorithm_check
  CHECK (hashing_algorithm ~ '^(SHA-256|HMAC-SHA-256:[1-9][0-9]{0,3})$');

-- A person's hash changes with the address and with the key, and takes the name of its algorithm along. That of a
-- tenant's user changes with the key only, which is the work of the tables' owner (`vetchium rehash`).
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION refuse_routing_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed_only_its_hash BOOLEAN :=
    to_jsonb(NEW) - 'email_address_hash' - 'hashing_algorithm' = to_jsonb(OLD) - 'email_address_hash' - 'hashing_algorithm';
BEGIN
  IF changed_only_its_hash AND TG_TABLE_NAME = 'hub_users' THEN
    RETURN NEW;
  END IF;
  IF changed_only_its_hash AND TG_TABLE_NAME IN ('org_users', 'agency_users')
    AND to_jsonb(NEW) -> 'hashing_algorithm' <> to_jsonb(OLD) -> 'hashing_algorithm'
    AND pg_has_role(session_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID), 'USAGE')
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rows of % are never updated', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'routing_is_immutable';
END
$$;
-- +goose StatementEnd

-- +goose Down

-- Refused while there are rows with keyed hashes: an older program would not find them.
ALTER TABLE hub_users DROP CONSTRAINT hub_users_hashing_algorithm_check,
  ADD CONSTRAINT hub_users_hashing_algorithm_check CHECK (hashing_algorithm = 'SHA-256');
ALTER TABLE org_users DROP CONSTRAINT org_users_hashing_algorithm_check,
  ADD CONSTRAINT org_users_hashing_algorithm_check CHECK (hashing_algorithm = 'SHA-256');
ALTER TABLE agency_users DROP CONSTRAINT agency_users_hashing_algorithm_check,
  ADD CONSTRAINT agency_users_hashing_algorithm_check CHECK (hashing_algorithm = 'SHA-256');
ALTER TABLE hub_signup_tokens DROP CONSTRAINT hub_signup_tokens_hashing_algorithm_check,
  ADD CONSTRAINT hub_signup_tokens_hashing_algorithm_check CHECK (hashing_algorithm = 'SHA-256');
ALTER TABLE org_signup_tokens DROP CONSTRAINT org_signup_tokens_hashing_algorithm_check,
  ADD CONSTRAINT org_signup_tokens_hashing_algorithm_check CHECK (hashing_algorithm = 'SHA-256');
ALTER TABLE agency_signup_tokens DROP CONSTRAINT agency_signup_tokens_hashing_algorithm_check,
  ADD CONSTRAINT agency_signup_tokens_hashing_algorithm_check CHECK (hashing_algorithm = 'SHA-256');
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION refuse_routing_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'hub_users'
    AND to_jsonb(NEW) - 'email_address_hash' = to_jsonb(OLD) - 'email_address_hash'
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rows of % are never updated', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'routing_is_immutable';
END
$$;
-- +goose StatementEnd

"""#),
    (path: "00019_proven_signups.sql", text: ##"""
-- +goose Up

-- The address of a person or tenant who has signed up is in their region by then, and nobody needs it here any more: it is
-- blanked.
ALTER TABLE hub_signup_tokens DROP CONSTRAINT hub_signup_tokens_email_address_check,
  ADD CONSTRAINT hub_signup_tokens_email_address_check
  CHECK (email_address = '' OR email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256);
ALTER TABLE org_signup_tokens DROP CONSTRAINT org_signup_tokens_email_address_check,
  ADD CONSTRAINT org_signup_tokens_email_address_check
  CHECK (email_address = '' OR email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256);
ALTER TABLE agency_signup_tokens DROP CONSTRAINT agency_signup_tokens_email_address_check,
  ADD CONSTRAINT agency_signup_tokens_email_address_check
  CHECK (email_address = '' OR email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256);


-- Which region made a token is a part of what it proves; the hash tells whether a spent one's person has an account.
DROP FUNCTION find_hub_signup_token(BYTEA);
-- +goose StatementBegin
CREATE FUNCTION find_hub_signup_token(hash BYTEA)
RETURNS TABLE (email_address TEXT, is_consumed BOOLEAN, email_address_hash BYTEA, made_in TEXT)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.email_address, tokens.consumed_at IS NOT NULL, tokens.email_address_hash, tokens.made_in
  FROM hub_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.expires_at > now();
END
$$;
-- +goose StatementEnd
DROP FUNCTION find_org_signup(BYTEA);
-- +goose StatementBegin
CREATE FUNCTION find_org_signup(hash BYTEA)
RETURNS TABLE (dns_token TEXT, email_address TEXT, domain TEXT, home_region TEXT, expires_at TIMESTAMPTZ, made_in TEXT)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.dns_token, tokens.email_address, tokens.domain, tokens.home_region, tokens.expires_at,
    tokens.made_in
  FROM org_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND tokens.expires_at > now();
END
$$;
-- +goose StatementEnd
DROP FUNCTION find_agency_signup(BYTEA);
-- +goose StatementBegin
CREATE FUNCTION find_agency_signup(hash BYTEA)
RETURNS TABLE (dns_token TEXT, email_address TEXT, domain TEXT, home_region TEXT, expires_at TIMESTAMPTZ, made_in TEXT)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.dns_token, tokens.email_address, tokens.domain, tokens.home_region, tokens.expires_at,
    tokens.made_in
  FROM agency_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND tokens.expires_at > now();
END
$$;
-- +goose StatementEnd

-- Blanks the address of a token that the caller's region has spent.
-- +goose StatementBegin
CREATE FUNCTION forget_hub_signup_address(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE hub_signup_tokens AS tokens
  SET email_address = ''
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NOT NULL
    AND (tokens.consumed_in IS NULL OR is_own_region(tokens.consumed_in))
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION forget_org_signup_address(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE org_signup_tokens AS tokens
  SET email_address = ''
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NOT NULL
    AND is_own_region(tokens.home_region)
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION forget_agency_signup_address(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE agency_signup_tokens AS tokens
  SET email_address = ''
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NOT NULL
    AND is_own_region(tokens.home_region)
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- +goose Down

DROP FUNCTION forget_agency_signup_address(BYTEA);
DROP FUNCTION forget_org_signup_address(BYTEA);
DROP FUNCTION forget_hub_signup_address(BYTEA);
DROP FUNCTION find_agency_signup(BYTEA);
-- +goose StatementBegin
CREATE FUNCTION find_agency_signup(hash BYTEA)
RETURNS TABLE (dns_token TEXT, email_address TEXT, domain TEXT, home_region TEXT, expires_at TIMESTAMPTZ)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.dns_token, tokens.email_address, tokens.domain, tokens.home_region, tokens.expires_at
  FROM agency_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND tokens.expires_at > now();
END
$$;
-- +goose StatementEnd
DROP FUNCTION find_org_signup(BYTEA);
-- +goose StatementBegin
CREATE FUNCTION find_org_signup(hash BYTEA)
RETURNS TABLE (dns_token TEXT, email_address TEXT, domain TEXT, home_region TEXT, expires_at TIMESTAMPTZ)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.dns_token, tokens.email_address, tokens.domain, tokens.home_region, tokens.expires_at
  FROM org_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NULL
    AND tokens.expires_at > now();
END
$$;
-- +goose StatementEnd
DROP FUNCTION find_hub_signup_token(BYTEA);
-- +goose StatementBegin
CREATE FUNCTION find_hub_signup_token(hash BYTEA)
RETURNS TABLE (email_address TEXT, is_consumed BOOLEAN)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT tokens.email_address, tokens.consumed_at IS NOT NULL
  FROM hub_signup_tokens AS tokens
  WHERE tokens.token_hash = hash
    AND tokens.expires_at > now();
END
$$;
-- +goose StatementEnd
-- What has no address cannot be completed.
DELETE FROM hub_signup_tokens WHERE email_address = '';
ALTER TABLE hub_signup_tokens DROP CONSTRAINT hub_signup_tokens_email_address_check,
  ADD CONSTRAINT hub_signup_tokens_email_address_check
  CHECK (email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256);
DELETE FROM org_signup_tokens WHERE email_address = '';
ALTER TABLE org_signup_tokens DROP CONSTRAINT org_signup_tokens_email_address_check,
  ADD CONSTRAINT org_signup_tokens_email_address_check
  CHECK (email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256);
DELETE FROM agency_signup_tokens WHERE email_address = '';
ALTER TABLE agency_signup_tokens DROP CONSTRAINT agency_signup_tokens_email_address_check,
  ADD CONSTRAINT agency_signup_tokens_email_address_check
  CHECK (email_address = lower(email_address) AND char_length(email_address) BETWEEN 3 AND 256);

"""##),
    (path: "00020_sealed_display_names.sql", text: #"""
-- +goose Up

-- A name in the clear has 100 characters at most, a sealed one (AES-256-GCM with a key of EMAIL_HASH_KEYS, whose
-- version stands in it) always has more.
ALTER TABLE hub_user_display_names DROP CONSTRAINT hub_user_display_names_display_name_check,
  ADD CONSTRAINT hub_user_display_names_display_name_check CHECK (
    char_length(display_name) <= 100 AND btrim(display_name) <> ''
    OR char_length(display_name) BETWEEN 101 AND 800
    AND display_name ~ '^AES-256-GCM:[1-9][0-9]{0,3}:[A-Za-z0-9+/]+={0,2}$'
  );

-- +goose Down

-- Refused while there are sealed names: an older program could not read them.
ALTER TABLE hub_user_display_names DROP CONSTRAINT hub_user_display_names_display_name_check,
  ADD CONSTRAINT hub_user_display_names_display_name_check CHECK (
    char_length(display_name) <= 100 AND btrim(display_name) <> ''
  );

"""#),
    (path: "00021_forgotten_signups.sql", text: ##"""
-- +goose Up

-- Whoever has asked twice has two tokens: with the account, the address of all of them has served its purpose.
CREATE INDEX hub_signup_tokens_email_address_hash ON hub_signup_tokens (email_address_hash);

-- Blanks the address of a token that the caller's region has spent, and of all others for the address of a person whose
-- account is in that region.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION forget_hub_signup_address(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE hub_signup_tokens AS tokens
  SET email_address = ''
  FROM hub_signup_tokens AS spent
  WHERE spent.token_hash = hash
    AND spent.consumed_at IS NOT NULL
    AND (spent.consumed_in IS NULL OR is_own_region(spent.consumed_in))
    AND tokens.email_address_hash = spent.email_address_hash
    AND (
      tokens.token_hash = spent.token_hash
      OR EXISTS (
        SELECT FROM hub_users AS users
        WHERE users.email_address_hash = spent.email_address_hash
          AND is_own_region(users.home_region)
      )
    )
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd

-- +goose Down

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION forget_hub_signup_address(hash BYTEA)
RETURNS SETOF BYTEA
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE hub_signup_tokens AS tokens
  SET email_address = ''
  WHERE tokens.token_hash = hash
    AND tokens.consumed_at IS NOT NULL
    AND (tokens.consumed_in IS NULL OR is_own_region(tokens.consumed_in))
  RETURNING tokens.token_hash;
END
$$;
-- +goose StatementEnd
DROP INDEX hub_signup_tokens_email_address_hash;

"""##),
  ]
}
