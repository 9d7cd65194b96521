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
