-- +goose Up

-- A mail whose code or link has expired is not sent: it would only send its recipient round in circles. NULL: it may be
-- sent at any time. Nobody searches by it: whoever claims a mail looks.
ALTER TABLE emails ADD COLUMN send_until TIMESTAMPTZ;

-- +goose Down

ALTER TABLE emails DROP COLUMN send_until;
