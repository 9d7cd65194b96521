-- roles: regional-api

-- Step 1: the intent, with what to undo; overdue `lifetime_ms` milliseconds from now by the database's clock. An
-- exclusive one violates the index sagas_exclusive while another of its kind and subject is open.
-- name: InsertSaga :exec
INSERT INTO sagas (saga_id, kind, subject_id, details, is_exclusive, deadline)
VALUES (
  @saga_id,
  @kind,
  @subject_id,
  @details,
  @is_exclusive,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Reads what the journal says about a saga now; no row once it is finished or undone. `attempts` counts the fences:
-- whoever fenced last may undo.
-- lookup
-- name: FindSaga :one
SELECT
  attempts,
  deadline <= now() AS is_overdue
FROM sagas
WHERE saga_id = @saga_id;

-- Tells whether an exclusive saga is open for an entity; always one row.
-- lookup
-- name: IsExclusiveSagaOpen :one
SELECT EXISTS (
  SELECT 1
  FROM sagas
  WHERE kind = @kind
    AND subject_id = @subject_id
    AND is_exclusive
) AS is_open;

-- Step 3, in the transaction of the full record: must delete exactly one row. Zero rows mean that recovery has taken
-- the saga over, and the transaction must roll back. From here to COMMIT the server waits for the client three seconds
-- at most, since a fence waits for this row.
-- name: FinishSaga :execrows
DELETE FROM sagas
WHERE saga_id = @saga_id
  AND status = 'pending'
  AND set_config('idle_in_transaction_session_timeout', '3s', TRUE) IS NOT NULL;

-- Takes a saga over before its global write is undone: from then on step 3 finds no pending row and rolls back, and so
-- does everybody who fenced earlier. Waits for a step 3 that is committing; no row means that the saga has been
-- finished or undone.
-- name: FenceSaga :one
UPDATE sagas
SET
  status = 'recovering',
  recovery_started_at = now(),
  attempts = attempts + 1
WHERE saga_id = @saga_id
RETURNING attempts;

-- Removes the intent after its global write was undone and the undo verified, or was never made (`attempts` = 0); zero
-- rows when somebody has fenced since.
-- name: DeleteSaga :execrows
DELETE FROM sagas
WHERE saga_id = @saga_id
  AND attempts = @attempts;

-- An undo failed: the intent stays, with the error, for the next attempt.
-- name: RecordSagaFailure :execrows
UPDATE sagas
SET last_error = sqlc.arg(error_message)::TEXT
WHERE saga_id = @saga_id;

-- Sagas that nobody finished in time, the one that has been left alone the longest first.
-- name: ListOverdueSagas :many
SELECT
  saga_id,
  kind,
  subject_id,
  details
FROM sagas
WHERE deadline <= now()
ORDER BY coalesce(recovery_started_at, deadline)
LIMIT @row_limit;

-- How many sagas nobody finished in time, and how long the oldest has been overdue in milliseconds (0 if there is
-- none): anything but zero for long is an alarm.
-- roles: regional-worker
-- name: CountOverdueSagas :one
SELECT
  count(*) AS overdue_count,
  coalesce(max(extract(EPOCH FROM now() - deadline)) * 1000, 0)::BIGINT AS oldest_ms
FROM sagas
WHERE deadline <= now();
