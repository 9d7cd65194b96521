-- The election of the process that does a database's background work: see Sources/BackgroundWork/BackgroundWork.swift.
-- The statements that return a number return 1 for yes and 0 for no.
--
-- roles: regional-worker global-service
-- protocol: LeadershipTables
-- expand: regional RegionalTables
-- expand: global GlobalTables

-- Begins a term, unless another one's lease still runs. One's own previous term needs no waiting for.
-- name: BeginTerm :execrows
UPDATE background_leadership
SET
  term_id = @term_id,
  began_at = clock_timestamp(),
  held_until = clock_timestamp() + sqlc.arg(lease_ms)::BIGINT * INTERVAL '1 millisecond'
WHERE held_until <= clock_timestamp()
  OR term_id = @previous_term_id;

-- Goes on with a term; no row if it is over.
-- name: RenewTerm :execrows
UPDATE background_leadership
SET held_until = clock_timestamp() + sqlc.arg(lease_ms)::BIGINT * INTERVAL '1 millisecond'
WHERE term_id = @term_id;

-- Ends a term whose work has ended, so that nobody waits for its lease.
-- name: EndTerm :execrows
UPDATE background_leadership
SET held_until = clock_timestamp()
WHERE term_id = @term_id;
