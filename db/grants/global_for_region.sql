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
