-- roles: global-api

-- Tells how far the primary has written its log (PostgreSQL manual, "Backup Control Functions"), and which database of
-- which cluster it is.
-- name: FindPrimaryPosition :one
SELECT
  pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::BIGINT AS position,
  (SELECT system_identifier FROM pg_control_system())::BIGINT AS cluster,
  current_database()::TEXT AS database;

-- Tells whether the server is a replica, and how far it has replayed the primary's log. A replica has the cluster's
-- identifier from its primary.
-- name: FindReplicaPosition :one
SELECT
  pg_is_in_recovery() AS is_replica,
  COALESCE(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::BIGINT AS position,
  (SELECT system_identifier FROM pg_control_system())::BIGINT AS cluster,
  current_database()::TEXT AS database;
