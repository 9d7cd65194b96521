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
