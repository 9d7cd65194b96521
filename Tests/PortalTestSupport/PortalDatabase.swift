internal import FoundationEssentials
internal import Logging
internal import Migrations
public import PostgresClient
internal import TestSupport
internal import Vocabulary

/// A database of its own, migrated and granted as in production, on the PostgreSQL server of the test process.
///
/// The schema is made once a process; each database is a copy of that template, which takes some tens of milliseconds.
/// The servers under test connect with their own role, so a right that is missing in db/grants fails a test.
public final class PortalDatabase: Sendable {
  enum Kind: String {
    case global, regional
  }

  /// The way in which a database compares and changes texts, unless a statement names another one.
  public enum Locale: Sendable, CustomStringConvertible {
    /// By bytes; letter case is that of ASCII.
    case c
    /// A language's, by the ICU library.
    case icu(String)

    public var description: String {
      switch self {
      case .c: "C"
      case .icu(let language): language
      }
    }
  }

  /// The region whose servers and database are under test.
  static let region = "ind1"
  private static let owner = "vetchium_owner"
  private static let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

  private let server: PrivatePostgres
  private let name: String
  /// Connects as superuser.
  private let pool: PostgresPool

  private init(_ server: PrivatePostgres, name: String) {
    self.server = server
    self.name = name
    let configuration = PostgresPoolConfiguration(
      connectionString: server.connectionString(database: name),
      size: 3,
      acquireTimeout: .seconds(30),
      statementTimeout: .seconds(30),
      applicationName: "tests"
    )
    pool = PostgresPool(configuration, logger: Self.quiet)
  }

  static func make(_ kind: Kind, _ locale: Locale = .c) async throws -> PortalDatabase {
    let server = try await templates.value
    let name = "\(kind)_\(UInt64.random(in: .min ... .max))"
    switch locale {
    case .c: try await server.execute("CREATE DATABASE \(name) OWNER \(owner) TEMPLATE template_\(kind)")
    case .icu(let language):
      try await prepare(
        name,
        kind,
        on: server,
        "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE '\(language)'"
      )
    }
    return PortalDatabase(server, name: name)
  }

  private static let templates = Task {
    let server = try await PrivatePostgres.shared
    try await server.execute("CREATE ROLE \(owner) LOGIN CREATEROLE")
    try await prepare("template_global", .global, on: server)
    try await prepare("template_regional", .regional, on: server)
    return server
  }

  /// Makes a database, migrated and granted.
  private static func prepare(
    _ name: String,
    _ kind: Kind,
    on server: PrivatePostgres,
    _ options: String = ""
  )
    async throws
  {
    try await server.execute("CREATE DATABASE \(name) OWNER \(owner) \(options)")
    let connection = server.connectionString(database: name, user: owner)
    let schema: DatabaseKind = kind == .global ? .global : .regional
    let migrations = try schema.migrations()
    _ = try await Migrator(connectionString: connection, migrations: migrations, logger: quiet).up()
    let grants = Grants(connectionString: connection, logger: quiet)
    let regions = [RegionCode(rawValue: region)].compactMap(\.self)
    switch kind {
    case .global: try await grants.applyGlobal(regions: regions)
    case .regional: for region in regions { try await grants.applyRegional(region) }
    }
  }

  func connectionString(role: String) -> String {
    server.connectionString(database: name, user: role)
  }

  /// The database as its owner sees it, for the operator's command line.
  public var ownersConnectionString: String { connectionString(role: Self.owner) }

  func shutdown() async { await pool.shutdown() }

  /// All of it as `pg_dump` writes it.
  public func dump() async throws -> String { try await server.dump(database: name) }

  // MARK: Looking and changing behind the servers' back

  /// Runs one statement as superuser and returns its rows; every column must be of type text.
  @discardableResult
  public func rows(_ sql: String, _ values: any PostgresEncodable...) async throws -> [[String?]] {
    try await rows(sql, Array(values))
  }

  /// The first column of the first row of a statement; nil if there is none.
  public func text(_ sql: String, _ values: any PostgresEncodable...) async throws -> String? {
    try await rows(sql, Array(values)).first?.first ?? nil
  }

  /// How many rows of a table match a condition.
  public func count(_ table: String, where condition: String = "TRUE", _ values: any PostgresEncodable...)
    async throws -> Int
  {
    let text = try await rows("SELECT count(*)::text FROM \(table) WHERE \(condition)", Array(values)).first?
      .first
    return text?.flatMap { Int($0) } ?? 0
  }

  /// Runs statements without parameters, as superuser.
  public func run(_ script: String) async throws { try await pool.executeScript(script) }

  /// Runs a transaction as superuser.
  func withTransaction<Value: Sendable>(_ body: (PostgresTransaction) async throws -> Value) async throws
    -> Value
  {
    try await pool.withTransaction { try await body($0) }
  }

  /// Opens a transaction that locks rows.
  /// - Parameter statements: `SELECT … FOR UPDATE` with `value` as their parameter
  func lock(_ statements: [String], _ value: UUID) async throws -> RowLock {
    let configuration = PostgresPoolConfiguration(connectionString: server.connectionString(database: name))
    let connection = try await PostgresConnection.connect(configuration, logger: Self.quiet)
    do {
      try await connection.executeScript("BEGIN")
      for statement in statements {
        var parameters = PostgresParameters()
        parameters.append(value)
        _ = try await connection.execute(PostgresQuery(PostgresStatement(sql: statement), parameters))
      }
      return RowLock(connection: connection)
    } catch {
      await connection.close()
      throw error
    }
  }

  /// How many sessions in this database wait for a lock.
  public func waitingForLocks() async throws -> Int {
    try await count("pg_stat_activity", where: "datname = current_database() AND wait_event_type = 'Lock'")
  }

  /// Makes statements fail, as superuser, until the database goes.
  /// - Parameters:
  ///   - event: `INSERT`, `UPDATE`, `DELETE`, or several joined by `OR`
  ///   - condition: which rows, by `NEW` and `OLD`
  public func refuse(_ event: String, on table: String, when condition: String = "TRUE") async throws {
    try await run(trigger("RAISE EXCEPTION 'refused by the test'", event, table, condition))
  }

  /// Makes statements leave rows as they are, and count none.
  public func ignore(_ event: String, on table: String) async throws {
    try await run(trigger("RETURN NULL", event, table, "TRUE"))
  }

  private func trigger(_ action: String, _ event: String, _ table: String, _ condition: String) -> String {
    let name = "test_\(table)_\(UInt32.random(in: .min ... .max))"
    return """
      CREATE FUNCTION \(name)() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(action); END $$;
      CREATE TRIGGER \(name) BEFORE \(event) ON \(table) FOR EACH ROW WHEN (\(condition)) EXECUTE FUNCTION \(name)()
      """
  }

  private func rows(_ sql: String, _ values: [any PostgresEncodable]) async throws -> [[String?]] {
    var parameters = PostgresParameters()
    for value in values { parameters.append(value) }
    let result = try await pool.execute(PostgresQuery(PostgresStatement(sql: sql), parameters))
    return try result.map { row in
      try result.columnNames.indices.map { try row.decode($0, as: String?.self) }
    }
  }
}

/// Rows that stay locked until somebody lets them go.
public struct RowLock: Sendable {
  let connection: PostgresConnection

  public func release() async { await connection.close() }
}
