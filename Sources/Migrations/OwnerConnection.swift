internal import Logging
internal import PostgresClient

/// A dedicated connection of the database's owner, with or without the lock that lets only one run change the schema.
struct OwnerConnection: Sendable {
  /// "vetchium" in ASCII, as a number. Advisory locks are per database, so databases do not wait for each other.
  static let lockKey: Int64 = 0x7665_7463_6869_756d

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

  /// Waits until no other run holds the lock. The server releases it when the connection ends, however it ends.
  func withLock<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
    try await withConnection { connection in
      let attempt = try await connection.execute(
        PostgresQuery(sql: "SELECT pg_try_advisory_lock($1)", Self.lockKey)
      )
      if try !attempt[0].decode(0, as: Bool.self) {
        logger.notice("waiting for another run to finish")
        _ = try await connection.execute(
          PostgresQuery(sql: "SELECT pg_advisory_lock($1)", Self.lockKey)
        )
      }
      // A statement that waits for a table's lock makes everyone behind it wait too: better to fail and be run again.
      try await connection.executeScript("SET lock_timeout = '10s'")
      return try await body(connection)
    }
  }
}
