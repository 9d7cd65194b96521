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
