import Logging
import PostgresClient
import TestSupport

/// A database of its own on the shared server, for one test.
struct TestDatabase {
  let postgres: PrivatePostgres
  let name: String

  static func make() async throws -> TestDatabase {
    let postgres = try await PrivatePostgres.shared
    return TestDatabase(postgres: postgres, name: try await postgres.createDatabase())
  }

  var configuration: PostgresPoolConfiguration {
    PostgresPoolConfiguration(
      connectionString: postgres.connectionString(database: name),
      acquireTimeout: .seconds(30)
    )
  }

  func pool(_ change: (inout PostgresPoolConfiguration) -> Void = { _ in }) -> PostgresPool {
    var configuration = configuration
    change(&configuration)
    return PostgresPool(configuration, logger: Logger(label: "tests"))
  }

  func connection() async throws -> PostgresConnection {
    try await PostgresConnection.connect(configuration, logger: Logger(label: "tests"))
  }
}
