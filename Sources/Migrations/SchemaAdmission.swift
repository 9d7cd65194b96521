package import PostgresClient

extension PostgresAdmission {
  /// Admits databases whose schema this program can work with, and says both versions of those that it refuses.
  ///
  /// The tables are those of `MigrationLog`; the services' roles may read them (db/grants).
  package static func schema(_ kind: DatabaseKind) -> PostgresAdmission {
    let program = kind.newestVersion
    return PostgresAdmission(PostgresQuery(statement)) { result throws(PostgresError) in
      switch result {
      case .success(let rows):
        guard let row = rows.first, let version = try? row.decode(0, as: Int64.self),
          let oldestProgram = try? row.decode(1, as: Int64.self)
        else { return "the version of its schema cannot be read" }
        return SchemaVersion(number: version, oldestProgram: oldestProgram).refusal(ofProgram: program)
      case .failure(let error):
        guard let words = SchemaVersion.refusal(sqlState: error.sqlState, program: program) else {
          throw error
        }
        return words
      }
    }
  }

  private static let statement = PostgresStatement(
    name: "migrations_schema_version",
    sql: "SELECT coalesce(max(version_id), 0), coalesce(max(oldest_program), 0) FROM vetchium_migrations",
    isLookup: true
  )
}

/// The version of a database's schema, and which programs it lets work with it.
///
/// A program's version is the number of the newest migration that it was built with. A migration that only adds leaves
/// the programs before it alone; one that takes something away names the oldest program that can do without it
/// (`-- +vetchium oldest-program 18`).
struct SchemaVersion: Equatable, Sendable {
  /// The number of the newest migration that was applied; 0 if there is none.
  var number: Int64
  /// The version of the oldest program that can work with the schema; 0 if no migration names one.
  var oldestProgram: Int64

  /// Why a program of this version cannot work with the schema; nil if it can.
  func refusal(ofProgram program: Int64) -> String? {
    if number == 0 { return Self.unmigrated(program) }
    if number < program {
      return "its schema has version \(number), this program needs version \(program): vetchium migrate up"
    }
    if oldestProgram > program {
      return "its schema has version \(number), which needs programs of version \(oldestProgram) or newer, "
        + "and this program has version \(program): start the newer release"
    }
    return nil
  }

  /// Why the version could not be read; nil if that says nothing about the schema.
  static func refusal(sqlState: String?, program: Int64) -> String? {
    switch sqlState {
    // undefined_table; invalid_schema_name
    case "42P01", "3F000": unmigrated(program)
    // undefined_column: the log of an older `vetchium`
    case "42703": "its schema is older than version \(program), which this program needs: vetchium migrate up"
    // insufficient_privilege
    case "42501":
      "this role may not read the version of its schema, \(program) for this program: vetchium grant"
    default: nil
    }
  }

  private static func unmigrated(_ program: Int64) -> String {
    "it has no schema (version 0), this program needs version \(program): vetchium migrate up, then vetchium grant"
  }
}

extension DatabaseKind {
  /// The number of the newest migration that this program was built with.
  package var newestVersion: Int64 {
    let files =
      switch self {
      case .global: GlobalMigrationFiles.files
      case .regional: RegionalMigrationFiles.files
      }
    return files.compactMap { Int64($0.path.prefix(while: \.isNumber)) }.max() ?? 0
  }
}
