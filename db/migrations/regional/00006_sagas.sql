-- +goose Up

CREATE TYPE saga_status AS ENUM ('pending', 'recovering');

-- The journal of operations that cross databases: a row is an intent whose last, regional step has not committed.
-- That step deletes its row while it is still pending; recovery first sets `recovering`, which fences a late last step.
CREATE TABLE sagas (
  saga_id UUID PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind <> ''),
  -- The entity that the operation makes or changes.
  subject_id UUID NOT NULL,
  -- What the undo needs: ids and hashes, never a secret.
  details JSONB NOT NULL DEFAULT '{}',
  status saga_status NOT NULL DEFAULT 'pending',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  deadline TIMESTAMPTZ NOT NULL,
  recovery_started_at TIMESTAMPTZ,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  last_error TEXT,
  CHECK ((status = 'recovering') = (recovery_started_at IS NOT NULL))
);
CREATE INDEX sagas_deadline ON sagas (deadline);

-- +goose Down

DROP TABLE sagas;
DROP TYPE saga_status;
