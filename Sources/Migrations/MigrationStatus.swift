/// The state of one version in one database.
package struct MigrationStatus: Sendable, Equatable {
  package enum State: String, Sendable {
    case applied, pending
    /// Applied, but the file is no longer the one that was.
    case changed
    /// Applied by a newer program; this one has no such file.
    case unknown
  }
  package let version: Int64
  /// Nil if there is no such file.
  package let name: String?
  package let state: State
}
