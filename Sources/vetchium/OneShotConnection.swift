import Migrations
import PostgresClient

/// A connection for one errand of the command line.
struct OneShotConnection {
  private let configuration: PostgresPoolConfiguration

  /// - Parameter kind: what the database must be, with a schema that this program can work with; nil if the errand
  ///   needs none.
  init(_ connectionString: String, _ kind: DatabaseKind? = nil) {
    var configuration = PostgresPoolConfiguration(
      connectionString: connectionString,
      size: 1,
      connectTimeout: .seconds(5),
      applicationName: "vetchium"
    )
    configuration.database = kind?.rawValue
    configuration.admission = kind.map { .schema($0) }
    self.configuration = configuration
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
