import PostgresClient
import RegionalDatabase

/// The two databases of a saga.
struct SagaDatabases: Sendable {
  let regional: PostgresPool
  let global: PostgresPool

  var journal: RegionalQueries<PostgresPool> { RegionalQueries(regional) }
}
