import PostgresClient
import TestSupport
import Testing

@testable import Migrations

@Suite struct MigratorTests {
  @Test(arguments: DatabaseKind.allCases) func everyFileIsUndoneWithoutATrace(kind: DatabaseKind) async throws
  {
    let scratch = try await Scratch.make()
    let all = try kind.migrations()
    var before = try await scratch.fingerprint()
    for count in 1...all.count {
      let migrator = scratch.migrator(Array(all.prefix(count)))
      #expect(try await migrator.up().map(\.version) == [Int64(count)])
      let after = try await scratch.fingerprint()
      #expect(try await migrator.down().map(\.version) == [Int64(count)])
      #expect(try await scratch.fingerprint() == before, "\(all[count - 1].name)")
      #expect(try await migrator.up().map(\.version) == [Int64(count)])
      #expect(try await scratch.fingerprint() == after, "\(all[count - 1].name)")
      before = after
    }
    #expect(try await scratch.migrator(all).up().isEmpty)
  }

  @Test(arguments: DatabaseKind.allCases) func downToEmptyAndUpAgain(kind: DatabaseKind) async throws {
    let scratch = try await Scratch.make()
    let migrator = scratch.migrator(try kind.migrations())
    let empty = try await scratch.fingerprint()
    _ = try await migrator.up()
    let full = try await scratch.fingerprint()
    #expect(try await migrator.down(to: 0).count == migrator.status().count)
    #expect(try await scratch.fingerprint() == empty)
    #expect(try await migrator.status().allSatisfy { $0.state == .pending })
    _ = try await migrator.up()
    #expect(try await scratch.fingerprint() == full)
    #expect(try await migrator.status().allSatisfy { $0.state == .applied })
  }

  @Test func twoRunsAtOnceApplyEachFileOnce() async throws {
    let scratch = try await Scratch.make()
    let all = try DatabaseKind.regional.migrations()
    let applied = try await withThrowingTaskGroup(of: [Int64].self) { group in
      for _ in 0..<6 {
        group.addTask { try await scratch.migrator(all).up().map(\.version) }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(applied == all.map(\.version))
  }

  @Test func aFileChangedAfterwardsIsRefusedByName() async throws {
    let scratch = try await Scratch.make()
    let original = try Migration.parse([
      (path: "1_a.sql", text: "-- +goose Up\nCREATE TABLE a ();\n-- +goose Down\nDROP TABLE a;\n")
    ])
    let edited = try Migration.parse([
      (path: "1_a.sql", text: "-- +goose Up\nCREATE TABLE b ();\n-- +goose Down\nDROP TABLE a;\n"),
      (path: "2_c.sql", text: "-- +goose Up\nCREATE TABLE c ();\n"),
    ])
    _ = try await scratch.migrator(original).up()
    let before = try await scratch.fingerprint()
    await #expect(throws: MigrationRefusal.changed(file: "1_a.sql")) {
      try await scratch.migrator(edited).up()
    }
    await #expect(throws: MigrationRefusal.changed(file: "1_a.sql")) {
      try await scratch.migrator(edited).down()
    }
    #expect(try await scratch.fingerprint() == before)
    #expect(try await scratch.migrator(edited).status().map(\.state) == [.changed, .pending])
  }

  @Test func aDatabaseOfANewerProgramIsLeftAlone() async throws {
    let scratch = try await Scratch.make()
    let all = try DatabaseKind.regional.migrations()
    _ = try await scratch.migrator(all).up()
    let older = scratch.migrator(all.dropLast())
    let newest = try #require(all.last?.version)
    await #expect(throws: MigrationRefusal.unknownVersions([newest])) { try await older.up() }
    await #expect(throws: MigrationRefusal.unknownVersions([newest])) { try await older.down() }
    #expect(try await older.status().last?.state == .unknown)
  }

  /// The first statement ends the session from the server's side, as a crash of either would.
  @Test(arguments: [
    "SELECT pg_terminate_backend(pg_backend_pid());", "SELECT 1 / 0;", "SELECT no_such_column;",
  ])
  func whatBreaksInTheMiddleOfAFileLeavesTheVersionBefore(statement: String) async throws {
    let scratch = try await Scratch.make()
    let broken = try Migration.parse([
      (path: "1_a.sql", text: "-- +goose Up\nCREATE TABLE a ();\n"),
      (path: "2_b.sql", text: "-- +goose Up\nCREATE TABLE b ();\n\n\(statement)\nCREATE TABLE c ();\n"),
    ])
    let failure = await #expect(throws: MigrationFailure.self) { try await scratch.migrator(broken).up() }
    #expect(failure?.file == "2_b.sql")
    #expect(failure?.line == 4)
    #expect(
      try await scratch.texts("SELECT relname::text FROM pg_class WHERE relname IN ('a', 'b')") == ["a"]
    )
    #expect(try await scratch.migrator(broken).status().map(\.state) == [.applied, .pending])
    // Nothing is left locked.
    let mended = try Migration.parse([
      (path: "1_a.sql", text: "-- +goose Up\nCREATE TABLE a ();\n"),
      (path: "2_b.sql", text: "-- +goose Up\nCREATE TABLE b ();\n"),
    ])
    #expect(try await scratch.migrator(mended).up().map(\.version) == [2])
  }

  @Test func aFileWithoutTransactionMayBuildAnIndexConcurrently() async throws {
    let scratch = try await Scratch.make()
    let migrations = try Migration.parse([
      (
        path: "1_a.sql",
        text: """
        -- +goose NO TRANSACTION
        -- +goose Up
        CREATE TABLE a (id INT);
        CREATE INDEX CONCURRENTLY a_id ON a (id);
        -- +goose Down
        DROP TABLE a;

        """
      )
    ])
    #expect(try await scratch.migrator(migrations).up().count == 1)
    #expect(try await scratch.texts("SELECT relname::text FROM pg_class WHERE relname = 'a_id'") == ["a_id"])
    #expect(try await scratch.migrator(migrations).down().count == 1)
  }

  @Test func whatGooseAppliedIsAdopted() async throws {
    let scratch = try await Scratch.make()
    let all = try DatabaseKind.regional.migrations()
    _ = try await scratch.migrator(all).up()
    try await scratch.run("DROP TABLE vetchium_migrations")
    #expect(try await scratch.migrator(all).up().isEmpty)
    #expect(
      try await scratch.texts("SELECT checksum FROM vetchium_migrations ORDER BY version_id")
        == all.map(\.checksum)
    )
  }
}
