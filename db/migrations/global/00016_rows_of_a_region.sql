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
