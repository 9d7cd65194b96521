-- Tells how far the primary has written its log. PostgreSQL manual, "Backup Control Functions".
-- name: FindPrimaryPosition :one
SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::BIGINT AS position;

-- Tells whether the server is a replica, and how far it has replayed the primary's log.
-- name: FindReplicaPosition :one
SELECT
  pg_is_in_recovery() AS is_replica,
  COALESCE(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::BIGINT AS position;
