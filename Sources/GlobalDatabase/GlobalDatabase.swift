// The queries of the global database: routing rows, sign-up tokens and the public lists, and no personal data beyond
// the address in an open sign-up token.
//
// `GlobalQueries` runs them on anything that executes: a pool (each query on its own, look-ups on shared connections),
// a transaction, a connection. Each query is also a namespace with its statement and `query(…)`, for
// `PostgresPool.executeAtomically`. Everything in Generated/ comes from db/queries/global, checked by sqlc against
// db/migrations/global; docs/internals/source-map.md says how to add one.
//
// Failures: `PostgresError` as it comes from the connection; a value that does not fit its column's type is
// `decoding`, and can only mean that the database was not migrated to this build's schema.
