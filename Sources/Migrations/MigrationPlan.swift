/// Decides, from the files and from what a database says of itself, what is to be done. Touches nothing.
struct MigrationPlan: Sendable, Equatable {
  /// The migrations to be run, in this order.
  var steps: [Migration] = []
  /// The migrations that goose itself applied, whose checksums are recorded on this occasion.
  var unrecorded: [Migration] = []

  /// Everything not yet applied, oldest first.
  static func up(
    _ files: [Migration],
    applied: AppliedVersions
  ) throws(MigrationRefusal) -> MigrationPlan {
    try check(files, applied: applied)
    let newest = applied.versions.max() ?? 0
    let missing = files.filter { !applied.versions.contains($0.version) }
    if let late = missing.first(where: { $0.version < newest }) {
      throw .outOfOrder(file: late.name, newest: newest)
    }
    return MigrationPlan(steps: missing, unrecorded: unrecorded(files, applied: applied))
  }

  /// Undoes, newest first, what is above `target`; without a target only the newest.
  static func down(
    _ files: [Migration],
    applied: AppliedVersions,
    to target: Int64?
  ) throws(MigrationRefusal) -> MigrationPlan {
    try check(files, applied: applied)
    let present = files.filter { applied.versions.contains($0.version) }.reversed()
    let steps =
      if let target { present.filter { $0.version > target } } else { Array(present.prefix(1)) }
    return MigrationPlan(steps: steps, unrecorded: [])
  }

  /// One line per version that the files or the database know.
  static func status(_ files: [Migration], applied: AppliedVersions) -> [MigrationStatus] {
    let known = files.map { file in
      let state: MigrationStatus.State =
        if !applied.versions.contains(file.version) {
          .pending
        } else if let recorded = applied.checksums[file.version], recorded != file.checksum {
          .changed
        } else {
          .applied
        }
      return MigrationStatus(version: file.version, name: file.name, state: state)
    }
    let unknown = applied.versions.subtracting(files.map(\.version)).sorted().map { version in
      MigrationStatus(version: version, name: nil, state: .unknown)
    }
    return known + unknown
  }

  private static func check(
    _ files: [Migration],
    applied: AppliedVersions
  ) throws(MigrationRefusal) {
    let unknown = applied.versions.subtracting(files.map(\.version))
    guard unknown.isEmpty else { throw .unknownVersions(unknown.sorted()) }
    for file in files where applied.versions.contains(file.version) {
      if let recorded = applied.checksums[file.version], recorded != file.checksum {
        throw .changed(file: file.name)
      }
    }
  }

  private static func unrecorded(_ files: [Migration], applied: AppliedVersions) -> [Migration] {
    files.filter { applied.versions.contains($0.version) && applied.checksums[$0.version] == nil }
  }
}

/// The migrations that have been applied according to the database.
struct AppliedVersions: Sendable, Equatable {
  /// The versions that `goose_db_version` lists as applied, without goose's own version 0.
  var versions: Set<Int64> = []
  /// The recorded checksums; a version that goose itself applied has none.
  var checksums: [Int64: String] = [:]
}

/// The state of one version in one database.
package struct MigrationStatus: Sendable, Equatable {
  package enum State: String, Sendable {
    case applied, pending
    /// The version is applied, but the file has changed since.
    case changed
    /// The version was applied by a newer program; this one has no such file.
    case unknown
  }
  package let version: Int64
  /// The file's name; nil if there is no such file.
  package let name: String?
  package let state: State
}

/// The reason why nothing was done. The database is as it was.
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
