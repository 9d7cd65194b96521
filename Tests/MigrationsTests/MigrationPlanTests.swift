import Testing

@testable import Migrations

@Suite struct MigrationPlanTests {
  private let files = (1...4).map { version in
    Migration(
      version: Int64(version),
      name: "\(version)_x.sql",
      up: [],
      down: [],
      runsInTransaction: true,
      checksum: "sum\(version)"
    )
  }

  private func applied(_ versions: Int64...) -> AppliedVersions {
    AppliedVersions(
      versions: Set(versions),
      checksums: Dictionary(uniqueKeysWithValues: versions.map { ($0, "sum\($0)") })
    )
  }

  @Test func upAppliesWhatIsMissingOldestFirst() throws {
    #expect(try MigrationPlan.up(files, applied: applied()).steps.map(\.version) == [1, 2, 3, 4])
    #expect(try MigrationPlan.up(files, applied: applied(1, 2)).steps.map(\.version) == [3, 4])
    #expect(try MigrationPlan.up(files, applied: applied(1, 2, 3, 4)) == MigrationPlan())
  }

  @Test func downUndoesTheNewestOrAllAboveATarget() throws {
    let all = applied(1, 2, 3)
    #expect(try MigrationPlan.down(files, applied: all, to: nil).steps.map(\.version) == [3])
    #expect(try MigrationPlan.down(files, applied: all, to: 1).steps.map(\.version) == [3, 2])
    #expect(try MigrationPlan.down(files, applied: all, to: 0).steps.map(\.version) == [3, 2, 1])
    #expect(try MigrationPlan.down(files, applied: all, to: 9).steps.isEmpty)
    #expect(try MigrationPlan.down(files, applied: applied(), to: nil).steps.isEmpty)
  }

  @Test func aChangedFileIsRefusedInBothDirections() {
    var changed = applied(1, 2)
    changed.checksums[1] = "other"
    let refusal = MigrationRefusal.changed(file: "1_x.sql")
    #expect(throws: refusal) { try MigrationPlan.up(files, applied: changed) }
    #expect(throws: refusal) { try MigrationPlan.down(files, applied: changed, to: nil) }
  }

  @Test func versionsOfANewerProgramAreRefusedInBothDirections() {
    let newer = applied(1, 2, 3, 4, 5, 6)
    #expect(throws: MigrationRefusal.unknownVersions([5, 6])) { try MigrationPlan.up(files, applied: newer) }
    #expect(throws: MigrationRefusal.unknownVersions([5, 6])) {
      try MigrationPlan.down(files, applied: newer, to: 0)
    }
  }

  @Test func aFileOlderThanTheNewestAppliedIsRefused() {
    #expect(throws: MigrationRefusal.outOfOrder(file: "2_x.sql", newest: 3)) {
      try MigrationPlan.up(files, applied: applied(1, 3))
    }
  }

  @Test func whatGooseAppliedIsAdopted() throws {
    let goose = AppliedVersions(versions: [1, 2], checksums: [1: "sum1"])
    let plan = try MigrationPlan.up(files, applied: goose)
    #expect(plan.unrecorded.map(\.version) == [2])
    #expect(plan.steps.map(\.version) == [3, 4])
  }

  @Test func statusListsFilesAndUnknownVersions() {
    var mixed = applied(1, 2, 7)
    mixed.checksums[2] = "other"
    #expect(
      MigrationPlan.status(files, applied: mixed) == [
        MigrationStatus(version: 1, name: "1_x.sql", state: .applied),
        MigrationStatus(version: 2, name: "2_x.sql", state: .changed),
        MigrationStatus(version: 3, name: "3_x.sql", state: .pending),
        MigrationStatus(version: 4, name: "4_x.sql", state: .pending),
        MigrationStatus(version: 7, name: nil, state: .unknown),
      ]
    )
  }
}
