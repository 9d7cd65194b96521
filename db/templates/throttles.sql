-- Counters of what strangers must not do too often. A key is a hash of what is counted; what the numbers mean is
-- decided by the program (`GuessThrottle`, `CodeThrottle`, `MailThrottle`). A counter that has expired counts for nothing, whether or
-- not the clean-up has been there.
--
-- protocol: ThrottleTables
-- expand: regional RegionalTables
-- expand: global GlobalTables

-- Finds a counter, how long ago it last counted and how long it will go on.
-- lookup
-- name: FindThrottle :one
SELECT
  events,
  floor(extract(EPOCH FROM now() - last_at) * 1000)::BIGINT AS since_last_ms,
  ceil(extract(EPOCH FROM expires_at - now()) * 1000)::BIGINT AS ends_in_ms
FROM throttles
WHERE throttle_key = @throttle_key
  AND expires_at > now();

-- Counts an event and returns how many there are now; no row, and nothing is written, if there are `most_events`
-- already. The first event starts a window of `window_ms` milliseconds. From the event number `lengthening_from` on,
-- each one moves the end to `lengthened_ms` milliseconds from now.
-- name: CountThrottledEvent :one
INSERT INTO throttles (throttle_key, events, last_at, expires_at)
VALUES (
  @throttle_key,
  1,
  now(),
  now() + sqlc.arg(window_ms)::BIGINT * INTERVAL '1 millisecond'
)
ON CONFLICT (throttle_key) DO UPDATE
SET
  events = CASE WHEN throttles.expires_at <= now() THEN 1 ELSE throttles.events + 1 END,
  last_at = now(),
  expires_at = CASE
    WHEN throttles.expires_at <= now() THEN excluded.expires_at
    WHEN throttles.events + 1 >= sqlc.arg(lengthening_from)::INTEGER
      THEN now() + sqlc.arg(lengthened_ms)::BIGINT * INTERVAL '1 millisecond'
    ELSE throttles.expires_at
  END
WHERE throttles.expires_at <= now()
  OR throttles.events < sqlc.arg(most_events)::INTEGER
RETURNING events;

-- Deletes a counter.
-- name: DeleteThrottle :execrows
DELETE FROM throttles
WHERE throttle_key = @throttle_key;

-- Deletes expired counters, some rows at a time: zero rows when there is nothing left to do. Rows that somebody holds are
-- left for the next time, since a transaction may count under several keys.
-- name: DeleteExpiredThrottles :execrows
DELETE FROM throttles
WHERE throttle_key = ANY (ARRAY(
  SELECT expired.throttle_key
  FROM throttles AS expired
  WHERE expired.expires_at <= now()
  ORDER BY expired.expires_at
  LIMIT sqlc.arg(most_rows)::INTEGER
  FOR UPDATE SKIP LOCKED
));
