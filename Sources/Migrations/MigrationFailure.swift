package import PostgresClient

/// A statement of a migration failed. The file was rolled back, unless it is a NO TRANSACTION one.
package struct MigrationFailure: Error, CustomStringConvertible {
  package let file: String
  /// Where in the file the statement starts; nil if it failed while recording or committing.
  package let line: Int?
  package let cause: PostgresError

  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(cause)"
  }
}
