/// Decides, from the files and from what a database says of itself, what is to be done. Touches nothing.
struct MigrationPlan: Sendable, Equatable {
  /// To be run in this order.
  var steps: [Migration] = []
  /// Applied by goose itself: their checksums are recorded on this occasion.
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
