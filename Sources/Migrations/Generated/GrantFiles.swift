// Generated from db/grants by embed-files; `make generate` writes it again. Do not edit.
// swift-format-ignore-file

package enum GrantFiles {
  /// Paths below the folder, in ascending order, and the files' texts.
  package static let files: [(path: String, text: String)] = [
    (path: "global.sql", text: #"""
-- Rights in the global database, for the global service. Applied by `vetchium grant` after the migrations, again after
-- each of them; what is not granted here is taken away, so that running it twice or after an edit gives the same rights.

DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vetchium_global') THEN
    BEGIN
      CREATE ROLE vetchium_global LOGIN NOINHERIT;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- Another run was faster.
    END;
  END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM vetchium_global', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO vetchium_global', current_database());
END
$$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM vetchium_global;
-- Everybody may execute a new function until this is taken back. Those of extensions are not the owner's, and harmless.
DO $$
DECLARE
  own REGPROCEDURE;
BEGIN
  FOR own IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = 'public'::REGNAMESPACE AND pg_has_role(proowner, 'USAGE')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, vetchium_global', own);
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO vetchium_global;

-- Defaults that somebody gave the role, its share of the server's connections, and roles that it was made a member of.
-- CREATEROLE may be missing where a superuser made the roles.
DO $$
DECLARE
  granted REGROLE;
  place NAME;
BEGIN
  ALTER ROLE vetchium_global RESET ALL;
  FOR place IN SELECT datname FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
    WHERE setrole = 'vetchium_global'::REGROLE
  LOOP
    EXECUTE format('ALTER ROLE vetchium_global IN DATABASE %I RESET ALL', place);
  END LOOP;
  ALTER ROLE vetchium_global CONNECTION LIMIT :connections;
  FOR granted IN SELECT roleid FROM pg_auth_members WHERE member = 'vetchium_global'::REGROLE LOOP
    EXECUTE format('REVOKE %s FROM vetchium_global', granted);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;

-- Without DETAIL the server's log has no values of rows, such as an address that is taken. It takes a right that an owner
-- may lack; `vetchium grant` then says so.
DO $$
BEGIN
  ALTER ROLE vetchium_global SET log_error_verbosity = terse;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;

-- The version of the schema, which a service compares with its own.
GRANT SELECT ON vetchium_migrations TO vetchium_global;

-- Administrators, their sessions and tokens.
GRANT SELECT ON roles, database_identity TO vetchium_global;
GRANT SELECT, INSERT, UPDATE ON admin_users TO vetchium_global;
GRANT SELECT, INSERT, DELETE ON admin_user_roles, admin_sessions, admin_invitation_tokens, admin_password_reset_tokens
  TO vetchium_global;
GRANT SELECT, INSERT, UPDATE, DELETE ON admin_tfa_tokens TO vetchium_global;

-- Administrators' wrong passwords and mails, and the clean-up of the counters of sign-ups.
GRANT SELECT, INSERT, UPDATE, DELETE ON admin_throttles TO vetchium_global;
GRANT SELECT (throttle_key, expires_at), UPDATE (created_at), DELETE ON throttles TO vetchium_global;

-- Domains are switched, not deleted; the audit log is only ever added to.
GRANT SELECT, INSERT, UPDATE (status, updated_at) ON approved_domains TO vetchium_global;
GRANT SELECT, INSERT ON approved_domains_audit_log TO vetchium_global;

-- Mail of administrators.
GRANT SELECT, INSERT, UPDATE, DELETE ON emails TO vetchium_global;
GRANT SELECT, INSERT ON email_delivery_attempts TO vetchium_global;

-- Background work: who does it.
GRANT SELECT, UPDATE ON background_leadership TO vetchium_global;

-- Clean-up of signup tokens: which have expired, not whose they are. Routing rows are none of its business.
GRANT SELECT (token_hash, expires_at), DELETE ON hub_signup_tokens, org_signup_tokens, agency_signup_tokens
  TO vetchium_global;
GRANT EXECUTE ON FUNCTION session_region, is_own_region TO vetchium_global;
-- How long anybody has waited for a lock, for the alert.
GRANT EXECUTE ON FUNCTION longest_lock_wait_ms TO vetchium_global;
-- Locking a row takes the right to update one of its columns; this one decides nothing.
GRANT UPDATE (created_at) ON roles,
  hub_signup_tokens, org_signup_tokens, agency_signup_tokens,
  admin_sessions, admin_invitation_tokens, admin_password_reset_tokens
  TO vetchium_global;

"""#),
    (path: "global_for_region.sql", text: #"""
-- Rights in the global database of one region's API servers: what routing needs, no more.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vetchium_api_:region') THEN
    BEGIN
      CREATE ROLE vetchium_api_:region LOGIN NOINHERIT;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- Another run was faster.
    END;
  END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM vetchium_api_:region', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO vetchium_api_:region', current_database());
END
$$;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM vetchium_api_:region;
DO $$
DECLARE
  own REGPROCEDURE;
BEGIN
  FOR own IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = 'public'::REGNAMESPACE AND pg_has_role(proowner, 'USAGE')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM vetchium_api_:region', own);
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO vetchium_api_:region;

-- Defaults that somebody gave the role, its share of the server's connections, and roles that it was made a member of.
-- CREATEROLE may be missing where a superuser made the roles.
DO $$
DECLARE
  granted REGROLE;
  place NAME;
BEGIN
  ALTER ROLE vetchium_api_:region RESET ALL;
  FOR place IN SELECT datname FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
    WHERE setrole = 'vetchium_api_:region'::REGROLE
  LOOP
    EXECUTE format('ALTER ROLE vetchium_api_:region IN DATABASE %I RESET ALL', place);
  END LOOP;
  ALTER ROLE vetchium_api_:region CONNECTION LIMIT :connections;
  FOR granted IN SELECT roleid FROM pg_auth_members WHERE member = 'vetchium_api_:region'::REGROLE LOOP
    EXECUTE format('REVOKE %s FROM vetchium_api_:region', granted);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;

-- Without DETAIL the server's log has no values of rows, such as an address that is taken. It takes a right that an owner
-- may lack; `vetchium grant` then says so.
DO $$
BEGIN
  ALTER ROLE vetchium_api_:region SET log_error_verbosity = terse;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;

-- Which database this is, and the version of its schema: a service compares both with its own.
GRANT SELECT ON database_identity, vetchium_migrations TO vetchium_api_:region;

-- Which regions, languages and domains there are. Not who approved a domain.
GRANT SELECT ON available_regions, supported_languages TO vetchium_api_:region;
GRANT SELECT (domain_name, status) ON approved_domains TO vetchium_api_:region;

-- Routing rows and sign-up tokens: a region adds rows of its own, which the policies of the tables see to. All else is one
-- row at a time through functions: a right to read would list everybody's hashes, a right to delete would lock tables.
GRANT INSERT ON
  hub_users, hub_user_display_names, hub_signup_tokens,
  employers, global_employer_domains, org_users, org_invited_users, org_signup_tokens,
  agencies, global_agency_domains, agency_users, agency_invited_users, agency_signup_tokens
  TO vetchium_api_:region;
GRANT EXECUTE ON FUNCTION
  find_hub_user, find_hub_user_email_hash, change_hub_user_email_hash, delete_hub_user, find_hub_signup_token,
  lock_hub_signup_token, consume_hub_signup_token, release_hub_signup_token, delete_hub_signup_token,
  find_employer_name, find_org_user, find_employer_domain, delete_org_user, delete_org_invited_user, delete_employer,
  delete_employer_domain, find_org_signup_obstacles, find_org_signup, consume_org_signup_token,
  release_org_signup_token, delete_org_signup_token, find_agency_name, find_agency_user, find_agency_domain,
  delete_agency_user, delete_agency_invited_user, delete_agency, delete_agency_domain, find_agency_signup_obstacles,
  find_agency_signup, consume_agency_signup_token, release_agency_signup_token, delete_agency_signup_token,
  forget_hub_signup_address, forget_org_signup_address, forget_agency_signup_address, count_signup, lock_saga, lock_signup_domain
  TO vetchium_api_:region;
-- What the policies and defaults of these tables ask, in the name of whoever writes.
GRANT EXECUTE ON FUNCTION
  session_region, is_own_region, is_own_hub_user, is_own_employer, is_own_org_user, is_own_agency, is_own_agency_user
  TO vetchium_api_:region;

"""#),
    (path: "regional.sql", text: #"""
-- Rights in a region's database: its API servers and its worker.

DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vetchium_api_:region') THEN
    BEGIN
      CREATE ROLE vetchium_api_:region LOGIN NOINHERIT;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- Another run was faster.
    END;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vetchium_worker_:region') THEN
    BEGIN
      CREATE ROLE vetchium_worker_:region LOGIN NOINHERIT;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- Another run was faster.
    END;
  END IF;
  EXECUTE format(
    'REVOKE ALL ON DATABASE %I FROM vetchium_api_:region, vetchium_worker_:region', current_database());
  EXECUTE format(
    'GRANT CONNECT ON DATABASE %I TO vetchium_api_:region, vetchium_worker_:region', current_database());
END
$$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM vetchium_api_:region, vetchium_worker_:region;
GRANT USAGE ON SCHEMA public TO vetchium_api_:region, vetchium_worker_:region;

-- Defaults that somebody gave the role, its share of the server's connections, and roles that it was made a member of.
-- CREATEROLE may be missing where a superuser made the roles.
DO $$
DECLARE
  granted REGROLE;
  place NAME;
BEGIN
  ALTER ROLE vetchium_api_:region RESET ALL;
  FOR place IN SELECT datname FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
    WHERE setrole = 'vetchium_api_:region'::REGROLE
  LOOP
    EXECUTE format('ALTER ROLE vetchium_api_:region IN DATABASE %I RESET ALL', place);
  END LOOP;
  ALTER ROLE vetchium_api_:region CONNECTION LIMIT :connections;
  FOR granted IN SELECT roleid FROM pg_auth_members WHERE member = 'vetchium_api_:region'::REGROLE LOOP
    EXECUTE format('REVOKE %s FROM vetchium_api_:region', granted);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;

DO $$
DECLARE
  granted REGROLE;
  place NAME;
BEGIN
  ALTER ROLE vetchium_worker_:region RESET ALL;
  FOR place IN SELECT datname FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
    WHERE setrole = 'vetchium_worker_:region'::REGROLE
  LOOP
    EXECUTE format('ALTER ROLE vetchium_worker_:region IN DATABASE %I RESET ALL', place);
  END LOOP;
  ALTER ROLE vetchium_worker_:region CONNECTION LIMIT :connections;
  FOR granted IN SELECT roleid FROM pg_auth_members WHERE member = 'vetchium_worker_:region'::REGROLE LOOP
    EXECUTE format('REVOKE %s FROM vetchium_worker_:region', granted);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;

-- Without DETAIL the server's log has no values of rows, such as an address that is taken. It takes a right that an owner
-- may lack; `vetchium grant` then says so.
DO $$
BEGIN
  ALTER ROLE vetchium_api_:region SET log_error_verbosity = terse;
  ALTER ROLE vetchium_worker_:region SET log_error_verbosity = terse;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$$;

-- A region that stands there already is never changed: `vetchium grant` has compared it.
UPDATE database_identity SET region = ':region' WHERE region IS NULL;

-- Which database this is, and the version of its schema: a service compares both with its own.
GRANT SELECT ON database_identity, vetchium_migrations TO vetchium_api_:region, vetchium_worker_:region;

-- The API servers work with the region's data, each table with the verbs that their statements have.
GRANT SELECT, INSERT, UPDATE ON
  hub_users, org_users, agency_users
  TO vetchium_api_:region;
GRANT INSERT ON
  hub_user_display_names
  TO vetchium_api_:region;
GRANT SELECT, INSERT, DELETE ON
  hub_sessions, hub_password_reset_tokens, hub_email_verification_tokens, org_user_roles, org_sessions,
  org_password_reset_tokens, org_invitation_tokens, agency_user_roles, agency_sessions,
  agency_password_reset_tokens, agency_invitation_tokens
  TO vetchium_api_:region;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  hub_tfa_tokens, employer_domains, employer_domain_challenges, org_tfa_tokens, agency_domains,
  agency_domain_challenges, agency_tfa_tokens, sagas, throttles
  TO vetchium_api_:region;
GRANT SELECT, INSERT ON
  employers, agencies
  TO vetchium_api_:region;
GRANT SELECT ON roles TO vetchium_api_:region;
-- They queue mail and never read it again: it holds codes and links that open an account.
GRANT INSERT ON emails TO vetchium_api_:region;

-- The worker delivers and forgets mail, deletes what has expired and finds overdue sagas. It sees no account.
GRANT SELECT, DELETE, UPDATE (email_status, sent_at, next_attempt_at, email_text_body, email_html_body) ON emails
  TO vetchium_worker_:region;
GRANT SELECT, INSERT ON email_delivery_attempts TO vetchium_worker_:region;
GRANT SELECT (token_hash, expires_at), DELETE ON
  hub_sessions, hub_tfa_tokens, hub_password_reset_tokens, hub_email_verification_tokens,
  org_sessions, org_tfa_tokens, org_password_reset_tokens, org_invitation_tokens,
  agency_sessions, agency_tfa_tokens, agency_password_reset_tokens, agency_invitation_tokens
  TO vetchium_worker_:region;
GRANT SELECT (verification_token, expires_at), DELETE ON employer_domain_challenges, agency_domain_challenges
  TO vetchium_worker_:region;
-- Locking a row takes the right to update one of its columns; this one decides nothing.
GRANT UPDATE (created_at) ON
  hub_sessions, hub_tfa_tokens, hub_password_reset_tokens, hub_email_verification_tokens,
  org_sessions, org_tfa_tokens, org_password_reset_tokens, org_invitation_tokens,
  agency_sessions, agency_tfa_tokens, agency_password_reset_tokens, agency_invitation_tokens,
  employer_domain_challenges, agency_domain_challenges
  TO vetchium_worker_:region;
GRANT SELECT, UPDATE ON background_leadership TO vetchium_worker_:region;
GRANT SELECT ON sagas TO vetchium_worker_:region;
GRANT SELECT (throttle_key, expires_at), UPDATE (created_at), DELETE ON throttles TO vetchium_worker_:region;

"""#),
  ]
}
