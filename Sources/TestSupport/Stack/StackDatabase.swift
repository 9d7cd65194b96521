internal import LocalStack
internal import Logging
public import PostgresClient
internal import Vocabulary

/// One of a stack's databases on a server of its own, migrated, with the services' roles and rights.
public final class StackDatabase: Sendable {
  public enum Kind: Sendable, Equatable {
    case global(regions: [String])
    case region(String)

    var database: DatabaseKind {
      switch self {
      case .global(let regions): .global(regions: regions)
      case .region(let region): .region(region)
      }
    }
  }

  public let kind: Kind
  public let server: PrivatePostgres
  /// Connections of the superuser.
  private let pool: PostgresPool

  private init(_ kind: Kind, _ server: PrivatePostgres) {
    self.kind = kind
    self.server = server
    let configuration = PostgresPoolConfiguration(
      connectionString: server.connectionString(database: kind.database.name),
      size: 4,
      acquireTimeout: .seconds(15),
      applicationName: "tests",
      sharedConnections: 0
    )
    pool = PostgresPool(configuration, logger: Self.quiet)
  }

  private static let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

  /// - Parameter ownCluster: makes a cluster with an identifier of its own, as production has.
  public static func start(_ kind: Kind, ownCluster: Bool = false) async throws -> StackDatabase {
    // What was answered must survive a SIGKILL, as it does in production.
    let server = try await PrivatePostgres.start(settings: ["synchronous_commit=on"], ownCluster: ownCluster)
    try await server.execute("CREATE ROLE \(DatabaseKind.owner) LOGIN CREATEROLE")
    try await server.execute("GRANT SET ON PARAMETER log_error_verbosity TO \(DatabaseKind.owner)")
    try await server.execute("CREATE DATABASE \(kind.database.name) OWNER \(DatabaseKind.owner)")
    let database = StackDatabase(kind, server)
    let url = database.connectionString(role: DatabaseKind.owner)
    try await Programs.run("vetchium", kind.database.migrate(url: url))
    try await Programs.run("vetchium", kind.database.grant(url: url))
    return database
  }

  public func connectionString(role: String) -> String {
    server.connectionString(database: kind.database.name, user: role)
  }

  /// Runs one statement as superuser and returns its rows; every column must be of type text.
  @discardableResult
  public func rows(_ sql: String, _ values: any PostgresEncodable...) async throws -> [[String?]] {
    var parameters = PostgresParameters()
    for value in values { parameters.append(value) }
    let result = try await pool.execute(PostgresQuery(PostgresStatement(sql: sql), parameters))
    return try result.map { row in
      try result.columnNames.indices.map { column in try row.decode(column, as: String?.self) }
    }
  }

  /// The first column of the first row of a statement; nil if there is none.
  public func text(_ sql: String, _ values: any PostgresEncodable...) async throws -> String? {
    var parameters = PostgresParameters()
    for value in values { parameters.append(value) }
    let result = try await pool.execute(PostgresQuery(PostgresStatement(sql: sql), parameters))
    return try result.first?.decode(0, as: String?.self)
  }

  /// How many rows of a table match a condition.
  public func count(_ table: String, where condition: String, _ values: any PostgresEncodable...) async throws
    -> Int64
  {
    var parameters = PostgresParameters()
    for value in values { parameters.append(value) }
    let sql = "SELECT count(*) FROM \(table) WHERE \(condition)"
    let result = try await pool.execute(PostgresQuery(PostgresStatement(sql: sql), parameters))
    return try result.first?.decode(0, as: Int64.self) ?? 0
  }

  /// Statements without parameters, as superuser.
  public func run(_ script: String) async throws { try await pool.executeScript(script) }

  /// Keeps everybody from writing to a table while the body runs; reading goes on, unless for update.
  public func holding<Result: Sendable>(_ table: String, _ body: () async throws -> Result) async throws
    -> Result
  {
    let lock = try await hold(table)
    do {
      let result = try await body()
      await lock.close()
      return result
    } catch {
      await lock.close()
      throw error
    }
  }

  /// Keeps everybody from writing to a table until the connection is closed.
  public func hold(_ table: String) async throws -> PostgresConnection {
    try await begin("LOCK TABLE \(table) IN EXCLUSIVE MODE")
  }

  /// A transaction that has done this and is open until COMMIT, or until the connection is closed.
  public func begin(_ sql: String) async throws -> PostgresConnection {
    let configuration = PostgresPoolConfiguration(
      connectionString: server.connectionString(database: kind.database.name)
    )
    let holder = try await PostgresConnection.connect(configuration, logger: Self.quiet)
    do {
      try await holder.executeScript("BEGIN; \(sql)")
      return holder
    } catch {
      await holder.close()
      throw error
    }
  }

  /// How many sessions wait for a lock.
  public func waitingForLocks() async throws -> Int64 {
    try await count("pg_stat_activity", where: "wait_event_type = 'Lock'")
  }

  /// Returns when a session waits for a lock that this one holds.
  public func waitUntilSomebodyWaits(for holder: PostgresConnection) async throws {
    let pid = try await holder.execute(PostgresQuery(sql: "SELECT pg_backend_pid()"))[0].decode(
      0,
      as: Int32.self
    )
    try await eventually("somebody waits") {
      try await count("pg_stat_activity", where: "\(pid) = ANY (pg_blocking_pids(pid))") > 0
    }
  }

  public func stop() async throws {
    await pool.shutdown()
    try await server.stop()
  }
}
