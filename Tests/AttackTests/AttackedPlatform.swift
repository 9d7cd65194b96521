import Logging
import Migrations
import PostgresClient
import TestSupport
import Vocabulary

/// A global database and those of two regions on the tests' shared server, migrated and granted as in production by an
/// owner who is no superuser, and what a thief of a role's credential tries on them.
///
/// Roles belong to the whole server, so each platform has regions of its own.
struct AttackedPlatform: Sendable {
  let server: PrivatePostgres
  /// The names of the databases.
  let global: String
  let regional: [RegionCode: String]
  /// The region whose credentials are stolen.
  let stolen: RegionCode
  /// The region that must be left alone.
  let other: RegionCode
  /// The role that owns all tables and runs `vetchium migrate`, `grant` and `audit`.
  let owner: String

  static func make() async throws -> AttackedPlatform {
    let server = try await PrivatePostgres.shared
    let (stolen, other) = (try unheardOfRegion(), try unheardOfRegion())
    let owner = "owner_of_\(stolen)"
    try await server.execute("CREATE ROLE \(owner) LOGIN CREATEROLE")
    let global = try await database(.global, on: server, owner: owner)
    try await server.execute(
      "INSERT INTO available_regions (region_code, region_name) VALUES ('\(stolen)', 'Stolen'), ('\(other)', 'Other')",
      database: global
    )
    try await grants(server, global, owner).applyGlobal(regions: [stolen, other])
    var regional: [RegionCode: String] = [:]
    for region in [stolen, other] {
      let name = try await database(.regional, on: server, owner: owner)
      try await grants(server, name, owner).applyRegional(region)
      regional[region] = name
    }
    return AttackedPlatform(
      server: server,
      global: global,
      regional: regional,
      stolen: stolen,
      other: other,
      owner: owner
    )
  }

  /// The role of a region's API servers, in the global database and in their own.
  static func api(_ region: RegionCode) -> String { "vetchium_api_\(region)" }

  /// The role of a region's worker.
  static func worker(_ region: RegionCode) -> String { "vetchium_worker_\(region)" }

  /// Runs statements on a connection of its own, as a role that logs in for it.
  /// - Returns: the first column of the last statement's rows, as text.
  /// - Throws: `PostgresError` if the server refuses the login or a statement.
  @discardableResult
  func run(_ statements: [String], as role: String, in database: String) async throws -> [String?] {
    let connection = try await connect(as: role, to: database)
    do {
      var rows: [String?] = []
      for statement in statements {
        rows = try await connection.execute(PostgresQuery(sql: statement)).map { try $0.decode(0) }
      }
      await connection.close()
      return rows
    } catch {
      await connection.close()
      throw error
    }
  }

  /// A connection of its own, as a role that logs in for it.
  func connect(as role: String, to database: String) async throws -> PostgresConnection {
    let configuration = PostgresPoolConfiguration(
      connectionString: server.connectionString(database: database, user: role),
      size: 1
    )
    return try await PostgresConnection.connect(configuration, logger: Self.quiet)
  }

  /// Runs `vetchium grant` on the global database again.
  func grantGlobal() async throws {
    try await Self.grants(server, global, owner).applyGlobal(regions: [stolen, other])
  }

  /// The SQLSTATE with which the server refuses one of the statements, `login` if it refuses the login; nil if it does
  /// neither.
  func refusal(_ statements: String..., as role: String, in database: String) async throws -> String? {
    do {
      try await run(statements, as: role, in: database)
      return nil
    } catch let error as PostgresError {
      return error.sqlState ?? (error.code == .unavailable ? "login" : String(reflecting: error))
    }
  }

  static let quiet = Logger(label: "attacks") { _ in SwiftLogNoOpLogHandler() }

  private static func grants(_ server: PrivatePostgres, _ database: String, _ owner: String) -> Grants {
    Grants(connectionString: server.connectionString(database: database, user: owner), logger: quiet)
  }

  /// Creates a database of the owner's with the present schema.
  private static func database(_ kind: DatabaseKind, on server: PrivatePostgres, owner: String) async throws
    -> String
  {
    let name = try await server.createDatabase()
    try await server.execute("ALTER DATABASE \"\(name)\" OWNER TO \(owner)")
    try await server.execute("GRANT ALL ON SCHEMA public TO \(owner)", database: name)
    // A superuser's part (docs/operate/databases.md).
    try await server.execute(
      "REVOKE EXECUTE ON FUNCTION lo_creat, lo_create, lo_from_bytea, lo_unlink FROM PUBLIC",
      database: name
    )
    let migrator = Migrator(
      connectionString: server.connectionString(database: name, user: owner),
      migrations: try kind.migrations(),
      logger: quiet
    )
    _ = try await migrator.up()
    return name
  }

  private static func unheardOfRegion() throws -> RegionCode {
    let letters = String((0..<8).map { _ in Character(UnicodeScalar(UInt8.random(in: 97...122))) })
    guard let region = RegionCode(rawValue: letters + "1") else { throw NoRegion(code: letters) }
    return region
  }

  private struct NoRegion: Error { let code: String }
}
