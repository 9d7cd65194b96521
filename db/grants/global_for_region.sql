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
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO vetchium_api_:region', current_database());
END
$$;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM vetchium_api_:region;
GRANT USAGE ON SCHEMA public TO vetchium_api_:region;

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

-- Routing rows are written once and deleted by compensation or erasure. Only an address hash changes.
GRANT SELECT, INSERT, DELETE ON
  hub_users, hub_user_display_names,
  employers, global_employer_domains, org_users,
  agencies, global_agency_domains, agency_users
  TO vetchium_api_:region;
GRANT UPDATE (email_address_hash, hashing_algorithm) ON hub_users TO vetchium_api_:region;
-- Who was invited, until they have set the account up.
GRANT SELECT, INSERT, DELETE ON org_invited_users, agency_invited_users TO vetchium_api_:region;

-- A signup token is consumed, and released again if the signup did not happen.
GRANT SELECT, INSERT, UPDATE (consumed_at), DELETE ON hub_signup_tokens, org_signup_tokens, agency_signup_tokens
  TO vetchium_api_:region;

-- Signup mails are counted where every region counts them.
GRANT SELECT, INSERT, UPDATE ON throttles TO vetchium_api_:region;
