internal import Vocabulary

/// One migration file, parsed.
package struct Migration: Sendable, Equatable {
  /// The number at the head of the file's name; also the version of the schema after it.
  package let version: Int64
  /// The file's name, for messages.
  package let name: String
  package let up: [Statement]
  package let down: [Statement]
  /// False after `-- +goose NO TRANSACTION`: statements such as CREATE INDEX CONCURRENTLY refuse to run in one.
  package let runsInTransaction: Bool
  /// SHA-256 of the whole file in lower-case hex.
  package let checksum: String
  /// The version of the oldest program that can work with the schema after it, where the file names one
  /// (`-- +vetchium oldest-program 18`); else 0: it only adds, and programs before it are not disturbed.
  package var oldestProgram: Int64 = 0

  /// One SQL statement and the line of the file at which it starts.
  package struct Statement: Sendable, Equatable {
    package let sql: String
    package let line: Int
  }
}

/// The two schemas of the platform: one global database, one regional database per region.
package enum DatabaseKind: String, Sendable, CaseIterable {
  case global, regional

  /// The kind a database of this name is by convention: `vetchium_global` or `vetchium_<region>`.
  package init?(databaseName: String) {
    let suffix = databaseName.split(separator: "_", omittingEmptySubsequences: false).last ?? ""
    guard databaseName.hasPrefix("vetchium_") else { return nil }
    if suffix == "global" {
      self = .global
    } else if RegionCode(rawValue: String(suffix)) != nil {
      self = .regional
    } else {
      return nil
    }
  }

  /// The embedded migration files, oldest first.
  package func migrations() throws(MigrationFileError) -> [Migration] {
    switch self {
    case .global: try Migration.parse(GlobalMigrationFiles.files)
    case .regional: try Migration.parse(RegionalMigrationFiles.files)
    }
  }
}

extension Migration {
  /// Parses files and brings them into the order of their versions.
  package static func parse(
    _ files: [(path: String, text: String)]
  ) throws(MigrationFileError) -> [Migration] {
    var migrations: [Migration] = []
    for file in files { migrations.append(try GooseFileParser.parse(name: file.path, text: file.text)) }
    migrations.sort { $0.version < $1.version }
    for (earlier, later) in zip(migrations, migrations.dropFirst()) where earlier.version == later.version {
      throw MigrationFileError(file: later.name, line: 0, reason: .duplicateVersion(later.version))
    }
    return migrations
  }
}
