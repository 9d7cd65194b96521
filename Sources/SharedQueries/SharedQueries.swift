// SharedQueries: the queries that several sets of tables have in common, in one database or in both.
//
// Each template of db/templates is one protocol here, with the rows that its queries give. A set of tables is an enum
// without cases in RegionalDatabase or GlobalDatabase that conforms to the protocols of its templates: it says how each
// query is made and how a row is read. Everything in Generated/ is written by `make generate`, and the compiler checks
// that a query has the same parameters and columns on all sets.
//
//   try await Tables.findCredentials(pool, userID: id)   runs the query; the row is the same type for all sets
//   Tables.deleteSession(tokenHash: hash)                is the query alone, to run with others in one round trip
//
// Failures: `PostgresError` as it comes from the connection; a value that does not fit its column's type is `decoding`,
// and can only mean that the database was not migrated to this build's schema.

public import PostgresClient
public import Vocabulary

extension UserStatus: PostgresEnum {}
extension DomainStatus: PostgresEnum {}
