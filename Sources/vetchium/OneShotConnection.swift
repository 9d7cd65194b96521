import GlobalDatabase
import Migrations
import PostgresClient
import SharedQueries

/// A connection for one errand of the command line.
struct OneShotConnection {
  private let configuration: PostgresPoolConfiguration

  /// - Parameters:
  ///   - wanted: which database it must be; nil accepts any.
  ///   - needsSchema: whether its schema must be one that this program can work with.
  init(_ connectionString: String, _ wanted: DatabaseIdentity?, needsSchema: Bool = true) {
    var configuration = PostgresPoolConfiguration(
      connectionString: connectionString,
      size: 1,
      connectTimeout: .seconds(5),
      applicationName: "vetchium"
    )
    if let wanted { configuration.admit(wanted, needsSchema: needsSchema) }
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

  /// The database's name, and what it says that it is.
  func databaseName() async throws -> (name: String, identity: DatabaseIdentity?) {
    try await use { connection in
      let name = try await connection.execute(PostgresQuery(sql: "SELECT current_database()::text"))
      // The table is the same in both kinds of database.
      return (try name[0].decode(0), try await GlobalTables.identity(connection))
    }
  }
}

extension PostgresPoolConfiguration {
  /// Refuses a database that says it is another than the wanted one.
  /// - Parameter needsSchema: refuses one, too, whose schema this program cannot work with.
  mutating func admit(_ wanted: DatabaseIdentity, needsSchema: Bool = true) {
    let kind = wanted == .global ? DatabaseKind.global : .regional
    database = kind.rawValue
    // The table is the same in both kinds of database.
    admissions = [GlobalTables.admission(of: wanted)] + (needsSchema ? [.schema(kind)] : [])
  }
}
