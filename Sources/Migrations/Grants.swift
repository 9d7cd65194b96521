package import Logging
internal import PostgresClient
package import Vocabulary

/// Creates the login roles and gives each exactly what db/grants says, in one transaction; safe to repeat at any time.
///
/// The connection's user must own the tables, and must have CREATEROLE if a role is still missing.
package struct Grants: Sendable {
  private let owner: OwnerConnection

  package init(connectionString: String, logger: Logger) {
    owner = OwnerConnection(connectionString: connectionString, logger: logger)
  }

  /// The global service's rights, and those of the named regions' API servers.
  package func applyGlobal(regions: [RegionCode], passwords: [RolePassword] = []) async throws {
    let regional = try regions.map { try Self.file("global_for_region.sql", region: $0) }
    try await apply([try Self.file("global.sql", region: nil)] + regional, passwords)
  }

  /// The rights of a region's API servers and of its worker in their own database.
  package func applyRegional(_ region: RegionCode, passwords: [RolePassword] = []) async throws {
    try await apply([try Self.file("regional.sql", region: region)], passwords)
  }

  private func apply(_ scripts: [String], _ passwords: [RolePassword]) async throws {
    try await owner.withLock { connection in
      let passwordStatements = try passwords.map { try $0.statement(for: connection) }
      try await Self.beside(otherRuns: 10) {
        try await connection.withTransaction { transaction in
          for script in scripts { try await transaction.executeScript(script) }
          for statement in passwordStatements { try await transaction.executeScript(statement) }
        }
      }
    }
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

  /// The region's code is the only thing that is ever put into the text, and it is letters and digits.
  static func file(_ name: String, region: RegionCode?) throws(MissingGrantFile) -> String {
    guard let text = GrantFiles.files.first(where: { $0.path == name })?.text else {
      throw MissingGrantFile(name: name)
    }
    guard let region else { return text }
    return text.split(separator: ":region", omittingEmptySubsequences: false).joined(
      separator: region.rawValue
    )
  }
}

/// The program was built without one of db/grants' files.
struct MissingGrantFile: Error { let name: String }
