/// Why nothing is done. The database is as it was.
package enum MigrationRefusal: Error, Equatable, CustomStringConvertible {
  case changed(file: String)
  case outOfOrder(file: String, newest: Int64)
  case unknownVersions([Int64])

  package var description: String {
    switch self {
    case .changed(let file):
      "\(file) has been changed since it was applied. Restore it and put the change into a new file."
    case .outOfOrder(let file, let newest):
      "\(file) is older than version \(newest), which is already applied. Give it a newer number."
    case .unknownVersions(let versions):
      "The database has versions that this program does not know: "
        + versions.map { String($0) }.joined(separator: ", ") + ". Use the program that applied them."
    }
  }
}
