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
