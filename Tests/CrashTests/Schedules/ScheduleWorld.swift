import Logging
import PostgresClient
import TestSupport

/// Three databases on one server, migrated and granted as in production: the global one and two regions'.
struct ScheduleWorld: Sendable {
  static let regions = ["ind1", "usa1"]
  static let quiet = Logger(label: "crash tests") { _ in SwiftLogNoOpLogHandler() }

  let server: PrivatePostgres
  /// As superuser.
  let global: PostgresPool
  let regional: [String: PostgresPool]

  static func start() async throws -> ScheduleWorld {
    let server = try await PrivatePostgres.start(settings: [UnansweredCommit.serverSetting])
    try await server.execute("CREATE ROLE vetchium_owner LOGIN CREATEROLE")
    for region in [nil] + regions.map(Optional.some) {
      let name = database(region)
      try await server.execute("CREATE DATABASE \(name) OWNER vetchium_owner")
      let common = [
        "--database", region == nil ? "global" : "regional",
        "--database-url", server.connectionString(database: name, user: "vetchium_owner"),
      ]
      try await Programs.run("vetchium", ["migrate", "up"] + common)
      try await Programs.run(
        "vetchium",
        ["grant"] + common + (region.map { [$0] } ?? regions).map { "--region=\($0)" }
      )
      try await server.execute(UnansweredCommit.preparation, database: name)
    }
    func admin(_ region: String?) -> PostgresPool {
      pool(server.connectionString(database: database(region)), size: 2, name: "tests")
    }
    return ScheduleWorld(
      server: server,
      global: admin(nil),
      regional: Dictionary(uniqueKeysWithValues: regions.map { ($0, admin($0)) })
    )
  }

  func stop() async throws {
    await global.shutdown()
    for pool in regional.values { await pool.shutdown() }
    try await server.stop()
  }

  static func database(_ region: String?) -> String { "vetchium_\(region ?? "global")" }

  static func pool(_ connectionString: String, size: Int, name: String) -> PostgresPool {
    PostgresPool(
      PostgresPoolConfiguration(
        connectionString: connectionString,
        size: size,
        acquireTimeout: .seconds(20),
        statementTimeout: .seconds(20),
        connectTimeout: .seconds(20),
        applicationName: name,
        sharedConnections: 0
      ),
      logger: quiet
    )
  }

  func region(_ name: String) -> PostgresPool {
    guard let pool = regional[name] else { preconditionFailure("no region \(name)") }
    return pool
  }

  /// Runs one statement as superuser; every column of its rows must be of type text.
  @discardableResult
  func rows(_ pool: PostgresPool, _ sql: String, _ values: any PostgresEncodable...) async throws
    -> [[String?]]
  {
    var parameters = PostgresParameters()
    for value in values { parameters.append(value) }
    let result = try await pool.execute(PostgresQuery(PostgresStatement(sql: sql), parameters))
    return try result.map { row in
      try result.columnNames.indices.map { try row.decode($0, as: String?.self) }
    }
  }

  /// Ends the connections of a simulated process, to one database or all, and returns when the server has rolled back.
  func cut(_ name: String, from database: String? = nil) async throws {
    try await rows(
      global,
      """
      SELECT pg_terminate_backend(pid, 5000)::text FROM pg_stat_activity
      WHERE application_name = $1 AND ($2::text IS NULL OR datname = $2::text)
      """,
      name,
      database
    )
  }

  /// Whether a connection of a simulated process waits for a lock that another one has.
  func waitsForLock(_ name: String) async throws -> Bool {
    try await !rows(
      global,
      "SELECT '' FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'",
      name
    ).isEmpty
  }

  func forgetEverybody() async throws {
    try await rows(global, "TRUNCATE hub_users, hub_signup_tokens, crash_tests.unanswered CASCADE")
    for region in regional.values {
      try await rows(region, "TRUNCATE hub_users, sagas, crash_tests.unanswered CASCADE")
    }
  }
}
