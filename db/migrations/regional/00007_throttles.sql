-- +goose Up

-- Wrong passwords by account and client, so that guessing becomes slow without locking anybody else out. The account is a
-- hash, whether or not there is one; rows older than the longest pause mean nothing.
CREATE TABLE login_failures (
  account_hash BYTEA NOT NULL CHECK (octet_length(account_hash) = 32),
  client TEXT NOT NULL,
  failures INTEGER NOT NULL CHECK (failures > 0),
  last_failed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (account_hash, client)
);
CREATE INDEX login_failures_last_failed_at ON login_failures (last_failed_at);

-- How many mails an anonymous caller has had sent to an address lately.
CREATE INDEX emails_caused_by_strangers ON emails (email_to, created_at) WHERE email_type = 'hub_password_reset';

-- +goose Down

DROP INDEX emails_caused_by_strangers;
DROP TABLE login_failures;
