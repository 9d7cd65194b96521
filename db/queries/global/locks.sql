-- roles: global-service

-- Finds how long, in milliseconds, anybody has waited for a lock of another session: the longest wait, 0 if nobody waits.
-- name: FindLongestLockWait :one
SELECT longest_lock_wait_ms()::BIGINT AS longest_ms;
