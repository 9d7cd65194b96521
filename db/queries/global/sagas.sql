-- roles: global-api

-- Begins every transaction in which a saga changes the global database, doing or undoing: one at a time per saga, until
-- the transaction ends. A process that stops in the middle (frozen, cut off) loses its transaction, and with it the
-- lock, after three idle seconds.
-- name: LockSaga :exec
SELECT
  lock_saga(sqlc.arg(saga_id)::UUID)::TEXT AS saga_lock,
  set_config('idle_in_transaction_session_timeout', '3s', TRUE) AS idle_limit;
