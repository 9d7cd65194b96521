import GlobalDatabase
public import PostgresClient
import RegionalDatabase
import SharedQueries

/// The database that accounts live in, and its counters.
public struct AccountDatabase: Sendable {
  let pool: PostgresPool
  let throttles: any ThrottleTables.Type

  public static func regional(_ pool: PostgresPool) -> AccountDatabase {
    AccountDatabase(pool: pool, throttles: RegionalTables.self)
  }

  public static func global(_ pool: PostgresPool) -> AccountDatabase {
    AccountDatabase(pool: pool, throttles: GlobalTables.self)
  }
}
