import PostgresClient

/// A connection for one errand of the command line.
struct OneShotConnection {
  private let configuration: PostgresPoolConfiguration

  init(_ connectionString: String) {
    configuration = PostgresPoolConfiguration(
      connectionString: connectionString,
      size: 1,
      connectTimeout: .seconds(5),
      applicationName: "vetchium"
    )
  }

  func use<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
    let connection = try await PostgresConnection.connect(configuration, logger: .commandLine)
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  func databaseName() async throws -> String {
    try await use { connection in
      try await connection.execute(PostgresQuery(sql: "SELECT current_database()::text"))[0].decode(0)
    }
  }
}
