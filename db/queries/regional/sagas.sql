-- Step 1: the intent, with what to undo; overdue `lifetime_ms` milliseconds from now by the database's clock.
-- name: InsertSaga :exec
INSERT INTO sagas (saga_id, kind, subject_id, details, deadline)
VALUES (
  @saga_id,
  @kind,
  @subject_id,
  @details,
  now() + sqlc.arg(lifetime_ms)::BIGINT * INTERVAL '1 millisecond'
);

-- Step 3, in the transaction of the full record: must delete exactly one row. Zero rows mean that recovery has
-- taken the saga over, and the transaction must roll back.
-- name: FinishSaga :execrows
DELETE FROM sagas
WHERE saga_id = @saga_id
  AND status = 'pending';

-- Takes a saga over before its global write is undone: from then on step 3 finds no pending row and rolls back. Waits for
-- a step 3 that is committing; zero rows mean that it has committed.
-- name: FenceSaga :execrows
UPDATE sagas
SET
  status = 'recovering',
  recovery_started_at = now(),
  attempts = attempts + 1
WHERE saga_id = @saga_id;

-- Removes the intent after its global write was undone and the undo verified.
-- name: DeleteSaga :execrows
DELETE FROM sagas
WHERE saga_id = @saga_id;

-- An undo failed: the intent stays, with the error, for the next attempt.
-- name: RecordSagaFailure :execrows
UPDATE sagas
SET
  attempts = attempts + 1,
  last_error = sqlc.arg(error_message)::TEXT
WHERE saga_id = @saga_id;

-- How many sagas nobody finished in time: anything but zero for long is an alarm.
-- name: CountOverdueSagas :one
SELECT count(*) AS overdue_count
FROM sagas
WHERE deadline <= now();
