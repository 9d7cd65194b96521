-- +goose Up

-- Who does this database's background work, and until when nobody else may begin. The one row is renewed every few seconds, and
-- every rewrite of it fits into its page.
CREATE TABLE background_leadership (
  is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
  term_id UUID NOT NULL,
  began_at TIMESTAMPTZ NOT NULL,
  held_until TIMESTAMPTZ NOT NULL
) WITH (fillfactor = 10);
INSERT INTO background_leadership (term_id, began_at, held_until) VALUES (gen_random_uuid(), now(), now());

-- The age of the oldest pending mail, whenever it is due.
CREATE INDEX emails_pending_since ON emails (created_at) WHERE email_status = 'pending';

-- +goose Down

DROP INDEX emails_pending_since;
DROP TABLE background_leadership;
