import GlobalDatabase
public import PostgresClient
import RegionalDatabase

/// The database that accounts live in, and its counters.
public struct AccountDatabase: Sendable {
  let pool: PostgresPool
  let throttles: any ThrottleQueries
  let throttlesInside: @Sendable (PostgresTransaction) -> any ThrottleQueries

  public static func regional(_ pool: PostgresPool) -> AccountDatabase {
    AccountDatabase(pool: pool, throttles: RegionalQueries(pool), throttlesInside: { RegionalQueries($0) })
  }

  public static func global(_ pool: PostgresPool) -> AccountDatabase {
    AccountDatabase(pool: pool, throttles: GlobalQueries(pool), throttlesInside: { GlobalQueries($0) })
  }
}
