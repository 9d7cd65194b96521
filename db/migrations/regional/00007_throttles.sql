-- +goose Up

-- Counters of wrong passwords and of mails that strangers cause. The key is a hash: no address of a person or a computer can
-- be read from it without guessing both. Not logged: losing the counters in a crash costs an attacker's patience at most,
-- and a flood of wrong passwords must not become a flood of WAL.
CREATE UNLOGGED TABLE throttles (
  throttle_key BYTEA PRIMARY KEY CHECK (octet_length(throttle_key) = 32),
  events INTEGER NOT NULL CHECK (events > 0),
  last_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX throttles_expires_at ON throttles (expires_at);

-- +goose Down

DROP TABLE throttles;
