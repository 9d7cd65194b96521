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
