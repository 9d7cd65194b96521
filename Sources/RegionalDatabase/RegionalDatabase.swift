// The queries of one region's database: people, sessions, tokens, the mail queue and the saga journal.
//
// `RegionalQueries` runs them on anything that executes: a pool (each query on its own, look-ups on shared
// connections), a transaction, a connection. Each query is also a namespace with its statement and `query(…)`, for
// `PostgresPool.executeAtomically`. Queries that several sets of tables have in common belong to a type for each set
// (`RegionalHubTables`, `RegionalOrgTables`, …), which conforms to the protocols of SharedQueries.
//
// Everything in Generated/ comes from db/queries/regional and db/templates, checked by sqlc against
// db/migrations/regional; docs/internals/source-map.md says how to add a query.
//
// Failures: `PostgresError` as it comes from the connection; a value that does not fit its column's type is
// `decoding`, and can only mean that the database was not migrated to this build's schema.
