/// What can run a query: a pool, a connection, a transaction.
public protocol PostgresExecutor: Sendable {
  func execute(_ query: PostgresQuery) async throws(PostgresError) -> PostgresResult
}
