-- +goose Up

-- A routing row is written once and deleted at most once. An address hash changes when its owner changes the address;
-- nothing else ever does, whatever a program (or a stolen credential) asks for. Comparing whole rows fails closed:
-- a column added later is immutable until this function says otherwise.
-- +goose StatementBegin
CREATE FUNCTION refuse_routing_update() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON hub_users
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON hub_user_display_names
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON employers
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON global_employer_domains
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON org_users
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON agencies
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON global_agency_domains
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();
CREATE TRIGGER routing_is_immutable BEFORE UPDATE ON agency_users
  FOR EACH ROW EXECUTE FUNCTION refuse_routing_update();

-- +goose Down

DROP TRIGGER routing_is_immutable ON agency_users;
DROP TRIGGER routing_is_immutable ON global_agency_domains;
DROP TRIGGER routing_is_immutable ON agencies;
DROP TRIGGER routing_is_immutable ON org_users;
DROP TRIGGER routing_is_immutable ON global_employer_domains;
DROP TRIGGER routing_is_immutable ON employers;
DROP TRIGGER routing_is_immutable ON hub_user_display_names;
DROP TRIGGER routing_is_immutable ON hub_users;
DROP FUNCTION refuse_routing_update();
