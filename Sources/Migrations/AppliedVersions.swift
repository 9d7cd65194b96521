/// What a database says has been applied to it.
struct AppliedVersions: Sendable, Equatable {
  /// Versions that `goose_db_version` lists as applied, without goose's own version 0.
  var versions: Set<Int64> = []
  /// Recorded checksums; a version that goose itself applied has none.
  var checksums: [Int64: String] = [:]
}
