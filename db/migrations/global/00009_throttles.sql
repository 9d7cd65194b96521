-- +goose Up

-- As in the regional databases: signup mails, which any region sends, and administrators' wrong passwords and mails.
CREATE UNLOGGED TABLE throttles (
  throttle_key BYTEA PRIMARY KEY CHECK (octet_length(throttle_key) = 32),
  events INTEGER NOT NULL CHECK (events > 0),
  last_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX throttles_expires_at ON throttles (expires_at);

-- +goose Down

DROP TABLE throttles;
