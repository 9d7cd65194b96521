-- +goose Up

-- Whoever asks to sign up may have no account in this region, or none at all: when the mail is sent or withdrawn, nothing
-- here says who it was. A trigger, since the worker must not be able to give a mail another recipient.
-- +goose StatementBegin
CREATE FUNCTION forget_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.email_to := '';
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER forget_recipient BEFORE UPDATE OF email_status ON emails
  FOR EACH ROW WHEN (NEW.email_status IN ('sent', 'cancelled') AND NEW.email_type::TEXT LIKE '%\_signup\_%')
  EXECUTE FUNCTION forget_recipient();

-- +goose Down

DROP TRIGGER forget_recipient ON emails;
DROP FUNCTION forget_recipient();
