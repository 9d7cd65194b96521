-- +goose Up

CREATE TYPE email_type AS ENUM (
  'admin_tfa',
  'admin_invitation',
  'admin_password_reset'
);
CREATE TYPE email_status AS ENUM ('pending', 'sent', 'failed', 'cancelled');

-- The outbox: a row is written in the transaction that makes the token it carries, fully rendered.
-- Recipient and subject become header lines, so neither may hold a line break (RFC 5322 §2.2).
CREATE TABLE emails (
  email_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  email_type email_type NOT NULL,
  email_to TEXT NOT NULL CHECK (email_to !~ '[\r\n]'),
  email_subject TEXT NOT NULL CHECK (email_subject !~ '[\r\n]'),
  email_text_body TEXT NOT NULL,
  email_html_body TEXT NOT NULL,
  email_status email_status NOT NULL DEFAULT 'pending',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  sent_at TIMESTAMPTZ,
  -- Kept in step with the attempts, so that mails in back-off never stand in the way of others.
  next_attempt_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CHECK (sent_at IS NULL OR email_status = 'sent')
);
CREATE INDEX emails_due ON emails (next_attempt_at, created_at) WHERE email_status = 'pending';
CREATE INDEX emails_retention ON emails (created_at) WHERE email_status <> 'pending';

CREATE TABLE email_delivery_attempts (
  attempt_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  email_id UUID NOT NULL REFERENCES emails (email_id) ON DELETE CASCADE,
  attempted_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  -- NULL: the SMTP server accepted the mail.
  error_message TEXT CHECK (char_length(error_message) <= 1000)
);
CREATE INDEX email_delivery_attempts_email_id ON email_delivery_attempts (email_id);

-- Wakes whoever delivers, also for rows that a tool inserted. Polling alone would be enough, only slower.
-- +goose StatementBegin
CREATE FUNCTION announce_email() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('emails', '');
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER announce_email AFTER INSERT ON emails FOR EACH STATEMENT EXECUTE FUNCTION announce_email();

-- +goose Down

DROP TABLE email_delivery_attempts;
DROP TABLE emails;
DROP FUNCTION announce_email();
DROP TYPE email_status;
DROP TYPE email_type;
