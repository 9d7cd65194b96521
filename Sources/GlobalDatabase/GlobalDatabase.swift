// The queries of the global database: routing rows, sign-up tokens and the public lists, and no personal data beyond
// the address in an open sign-up token.
//
// `GlobalQueries` runs them on anything that executes: a pool (each query on its own, look-ups on shared connections),
// a transaction, a connection. Each query is also a namespace with its statement and `query(…)`, for
// `PostgresPool.executeAtomically`. Queries that several sets of tables have in common belong to a type for each set
// (`GlobalAdminTables`, `GlobalOrgTables`, …), which conforms to the protocols of SharedQueries.
//
// Everything in Generated/ comes from db/queries/global and db/templates, checked by sqlc against
// db/migrations/global; docs/internals/source-map.md says how to add a query.
//
// Failures: `PostgresError` as it comes from the connection; a value that does not fit its column's type is
// `decoding`, and can only mean that the database was not migrated to this build's schema.
