internal import Logging
internal import PostgresClient

/// A dedicated connection of the database's owner, with or without the lock that lets only one run change the schema.
struct OwnerConnection: Sendable {
  /// What a run locks while it lasts: a table that no service has a right to, so that none can hold up a migration. The
  /// mode lets runs write into the table and keeps other runs out (PostgreSQL manual, "Explicit Locking").
  static let lock = "BEGIN; LOCK TABLE goose_db_version IN SHARE UPDATE EXCLUSIVE MODE"

  let connectionString: String
  let logger: Logger

  func withConnection<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
    // No limit: building an index on a large table takes as long as it takes.
    var configuration = PostgresPoolConfiguration(
      connectionString: connectionString,
      size: 1,
      statementTimeout: .zero,
      connectTimeout: .seconds(5),
      applicationName: "vetchium migrate"
    )
    configuration.needsOwnSession = true
    let connection = try await PostgresConnection.connect(configuration, logger: logger)
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Waits until no other run holds the lock, which has a connection of its own: the server releases it when that ends,
  /// however it ends.
  /// - Parameter makesTables: makes the tables of `MigrationLog`, one of which is locked, where they are missing.
  ///   Without it a database that has none is not locked: a service cannot be in it yet.
  func withLock<R: Sendable>(
    making makesTables: Bool,
    _ body: (PostgresConnection) async throws -> R
  ) async throws -> R {
    try await withConnection { keeper in
      let log = MigrationLog(connection: keeper)
      let isThere = try await log.exists("goose_db_version")
      if makesTables, !isThere { try await log.createFirst() }
      if makesTables || isThere { try await takeLock(keeper) }
      return try await withConnection { connection in
        // A statement that waits for a table's lock makes everyone behind it wait too: better to fail and be run
        // again.
        try await connection.executeScript("SET lock_timeout = '10s'")
        return try await body(connection)
      }
    }
  }

  private func takeLock(_ keeper: PostgresConnection) async throws {
    do throws(PostgresError) {
      try await keeper.executeScript(Self.lock + " NOWAIT")
    } catch  where error.sqlState == "55P03" {
      // lock_not_available
      logger.notice("waiting for another run to finish")
      try await keeper.executeScript("ROLLBACK")
      try await keeper.executeScript(Self.lock)
    }
  }
}
