package import Logging
internal import PostgresClient
package import Vocabulary

/// Creates the login roles and gives each exactly what db/grants says, in one transaction; safe to repeat at any time.
///
/// The connection's user must own the tables, and must have CREATEROLE if a role is still missing.
package struct Grants: Sendable {
  /// The connections that each role may have in all databases of a server, by default: what three API servers with full
  /// pools (`DB_POOL_SIZE`, 16) to two databases there take, and some to spare.
  package static let connectionLimit = 100

  private let owner: OwnerConnection
  private let connectionLimit: Int

  /// - Parameter connectionLimit: how many connections each of the roles may have on the server.
  package init(connectionString: String, connectionLimit: Int = Self.connectionLimit, logger: Logger) {
    owner = OwnerConnection(connectionString: connectionString, logger: logger)
    self.connectionLimit = connectionLimit
  }

  /// The global service's rights, and those of the named regions' API servers.
  /// - Returns: the roles whose errors put values of rows into the server's log.
  @discardableResult
  package func applyGlobal(regions: [RegionCode], passwords: [RolePassword] = []) async throws -> [String] {
    let regional = try regions.map { try file("global_for_region.sql", region: $0) }
    let roles = ["vetchium_global"] + regions.map { "vetchium_api_\($0)" }
    return try await apply([try file("global.sql", region: nil)] + regional, to: roles, passwords)
  }

  /// The rights of a region's API servers and of its worker in their own database.
  /// - Returns: the roles whose errors put values of rows into the server's log.
  @discardableResult
  package func applyRegional(_ region: RegionCode, passwords: [RolePassword] = []) async throws -> [String] {
    let roles = ["vetchium_api_\(region)", "vetchium_worker_\(region)"]
    return try await apply([try file("regional.sql", region: region)], to: roles, passwords)
  }

  /// - Throws: `ForeignRole` if a password is another role's, which may serve another database of the same server.
  private func apply(_ scripts: [String], to roles: [String], _ passwords: [RolePassword]) async throws
    -> [String]
  {
    if let other = passwords.first(where: { !roles.contains($0.role) }) {
      throw ForeignRole(role: other.role, roles: roles)
    }
    return try await owner.withLock(making: false) { connection in
      let passwordStatements = try passwords.map { try $0.statement(for: connection) }
      try await Self.beside(otherRuns: 10) {
        try await connection.withTransaction { transaction in
          for script in scripts { try await transaction.executeScript(script) }
          for statement in passwordStatements { try await transaction.executeScript(statement) }
        }
      }
      return try await Self.verbose(roles, connection)
    }
  }

  /// Finds the roles whose `log_error_verbosity` is not `terse`: with each unique violation the server writes the value
  /// that is there already into its log.
  private static func verbose(_ roles: [String], _ connection: PostgresConnection) async throws -> [String] {
    let rows = try await connection.execute(
      PostgresQuery(
        sql: """
          SELECT rolname::text FROM pg_roles
          WHERE rolname = ANY ($1) AND current_setting('log_error_verbosity') <> 'terse'
            AND NOT coalesce('log_error_verbosity=terse' = ANY (rolconfig), false)
          ORDER BY 1
          """,
        roles
      )
    )
    return try rows.map { try $0.decode(0) }
  }

  /// Runs a transaction again that met another one. Roles belong to the whole server, and the lock to one database: two
  /// runs for two databases of a server change the same rows of its catalogue, which PostgreSQL reports as an internal
  /// error ("tuple concurrently updated"), or as a role that exists already.
  private static func beside(otherRuns attempts: Int, _ transaction: () async throws -> Void) async throws {
    for _ in 1..<attempts {
      do {
        return try await transaction()
      } catch let error as PostgresError where ["XX000", "23505", "42710"].contains(error.sqlState) {
        try await Task.sleep(for: .milliseconds(Int.random(in: 50...500)))
      }
    }
    try await transaction()
  }

  /// What is put into the text is a number and the region's code, which is letters and digits.
  private func file(_ name: String, region: RegionCode?) throws(MissingGrantFile) -> String {
    guard let text = GrantFiles.files.first(where: { $0.path == name })?.text else {
      throw MissingGrantFile(name: name)
    }
    let values = [":connections": "\(connectionLimit)", ":region": region?.rawValue]
    return values.reduce(text) { text, value in
      guard let replacement = value.value else { return text }
      return text.split(separator: value.key, omittingEmptySubsequences: false).joined(separator: replacement)
    }
  }
}

/// A password was given for a role that is none of those that get rights.
package struct ForeignRole: Error, CustomStringConvertible {
  package let role: String
  package let roles: [String]

  package var description: String {
    "The password file names \(role), which this does not serve. It serves \(roles.joined(separator: ", "))."
  }
}

/// The program was built without one of db/grants' files.
struct MissingGrantFile: Error { let name: String }
