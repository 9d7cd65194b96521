-- What a database says that it is: see Sources/SharedQueries/DatabaseIdentity.swift.
--
-- roles: regional-api regional-worker global-api global-service
-- protocol: IdentityTables
-- expand: regional RegionalTables
-- expand: global GlobalTables

-- Finds the database's kind, `global` or `regional`, and its region; a region's database has none before the first
-- `vetchium grant`.
-- lookup
-- name: FindIdentity :one
SELECT
  kind,
  region
FROM database_identity;
