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
