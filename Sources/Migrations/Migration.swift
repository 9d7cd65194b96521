/// One migration file, parsed.
package struct Migration: Sendable, Equatable {
  /// The number at the head of the file's name; also the version of the schema after it.
  package let version: Int64
  /// The file's name, for people.
  package let name: String
  package let up: [Statement]
  package let down: [Statement]
  /// False for `-- +goose NO TRANSACTION`: statements such as CREATE INDEX CONCURRENTLY refuse to run in one.
  package let runsInTransaction: Bool
  /// SHA-256 of the whole file in lower-case hex.
  package let checksum: String

  /// One SQL statement and the line of the file at which it starts.
  package struct Statement: Sendable, Equatable {
    package let sql: String
    package let line: Int
  }
}
