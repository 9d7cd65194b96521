-- Counters of what strangers must not do too often. A key is a hash of what is counted; what the numbers mean is
-- decided by the program (`GuessThrottle`, `CodeThrottle`, `MailThrottle`). A counter that has expired counts for nothing, whether or
-- not the clean-up has been there.
--
-- roles: regional-api global-service
-- protocol: ThrottleTables
-- expand: regional RegionalTables table=throttles
-- expand: global GlobalAdminTables table=admin_throttles

-- Finds a counter, how long ago it last counted and how long it will go on.
-- lookup
-- name: FindThrottle :one
SELECT
  events,
  floor(extract(EPOCH FROM now() - last_at) * 1000)::BIGINT AS since_last_ms,
  ceil(extract(EPOCH FROM expires_at - now()) * 1000)::BIGINT AS ends_in_ms
FROM {{table}}
WHERE throttle_key = @throttle_key
  AND expires_at > now();

-- Counts an event and returns how many there are now; no row, and nothing is written, if there are `most_events`
-- already. The first event starts a window of `window_ms` milliseconds. From the event number `lengthening_from` on,
-- each one moves the end to `lengthened_ms` milliseconds from now.
-- name: CountThrottledEvent :one
INSERT INTO {{table}} (throttle_key, events, last_at, expires_at)
VALUES (
  @throttle_key,
  1,
  now(),
  now() + sqlc.arg(window_ms)::BIGINT * INTERVAL '1 millisecond'
)
ON CONFLICT (throttle_key) DO UPDATE
SET
  events = CASE WHEN {{table}}.expires_at <= now() THEN 1 ELSE {{table}}.events + 1 END,
  last_at = now(),
  expires_at = CASE
    WHEN {{table}}.expires_at <= now() THEN excluded.expires_at
    WHEN {{table}}.events + 1 >= sqlc.arg(lengthening_from)::INTEGER
      THEN now() + sqlc.arg(lengthened_ms)::BIGINT * INTERVAL '1 millisecond'
    ELSE {{table}}.expires_at
  END
WHERE {{table}}.expires_at <= now()
  OR {{table}}.events < sqlc.arg(most_events)::INTEGER
RETURNING events;

-- Deletes a counter.
-- name: DeleteThrottle :execrows
DELETE FROM {{table}}
WHERE throttle_key = @throttle_key;
