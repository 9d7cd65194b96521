import ArgumentParser
import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase
import SharedQueries
import TestSupport
import Testing
import Vocabulary

@testable import Migrations
@testable import vetchium

/// Every database says what it is, and commands refuse one that says it is another.
@Suite struct DatabaseIdentityTests {
  private static let identity = "SELECT concat_ws(' ', kind, region) FROM database_identity"

  /// An empty database after `migrate up`, as operators call it.
  private func migrated(_ kind: String) async throws -> Scratch {
    let scratch = try await Scratch.make()
    try await MigrateCommand.Up.parse(["--database", kind, "--database-url", scratch.url()]).run()
    return scratch
  }

  private func grant(_ scratch: Scratch, _ options: String...) async throws {
    try await GrantCommand.parse(["--database-url", scratch.url()] + options).run()
  }

  @Test func migrationsWriteTheKindAndGrantTheRegion() async throws {
    let global = try await migrated("global")
    #expect(try await global.texts(Self.identity) == ["global"])
    let region = try #require(RegionCode.unheardOf())
    let regional = try await migrated("regional")
    #expect(try await regional.texts(Self.identity) == ["regional"])
    // Both say by now what they are, so that neither their names nor --database have to.
    try await grant(global, "--region", region.rawValue)
    try await grant(regional, "--region", region.rawValue)
    #expect(try await global.texts(Self.identity) == ["global"])
    #expect(try await regional.texts(Self.identity) == ["regional \(region)"])
    try await grant(regional)
    #expect(try await regional.texts(Self.identity) == ["regional \(region)"])
    for role in ["vetchium_api_\(region)", "vetchium_worker_\(region)"] {
      #expect(try await regional.texts(Self.identity, user: role) == ["regional \(region)"])
      #expect(try await regional.refusal("UPDATE database_identity SET region = NULL", user: role) == "42501")
    }
    #expect(try await global.texts(Self.identity, user: "vetchium_api_\(region)") == ["global"])
    #expect(try await global.texts(Self.identity, user: "vetchium_global") == ["global"])
  }

  @Test func anotherRegionsDatabaseIsNotGranted() async throws {
    let (own, other) = (try #require(RegionCode.unheardOf()), try #require(RegionCode.unheardOf()))
    let scratch = try await migrated("regional")
    try await grant(scratch, "--region", own.rawValue)
    await #expect(throws: Outcome.refused) { try await grant(scratch, "--region", other.rawValue) }
    #expect(try await scratch.texts(Self.identity) == ["regional \(own)"])
    #expect(
      try await scratch.texts("SELECT rolname::text FROM pg_roles WHERE rolname LIKE '%\(other)'") == []
    )
  }

  /// Roles belong to the whole server: a password in the wrong file would lock another database's services out.
  @Test(arguments: ["vetchium_api_usa1=secret\n", "vetchium_owner=secret\n", "vetchium_global=secret\n"])
  func aPasswordOfARoleThatIsNotServedIsRefused(line: String) async throws {
    let region = try #require(RegionCode.unheardOf())
    let scratch = try await migrated("regional")
    let file = FileManager.default.temporaryDirectory.path + "/passwords-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let text = "vetchium_api_\(region)=secret\n" + line
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    await #expect(throws: Outcome.refused) {
      try await grant(scratch, "--region", region.rawValue, "--password-file", file)
    }
    // Nothing was written before.
    #expect(
      try await scratch.texts("SELECT rolname::text FROM pg_roles WHERE rolname LIKE '%\(region)'") == []
    )
    try "vetchium_api_\(region)=secret\n".write(toFile: file, atomically: false, encoding: .utf8)
    try await grant(scratch, "--region", region.rawValue, "--password-file", file)
  }

  @Test func withoutTablesNothingIsGranted() async throws {
    let region = try #require(RegionCode.unheardOf())
    let scratch = try await Scratch.make()
    for database in ["global", "regional"] {
      await #expect(throws: Outcome.refused) {
        try await grant(scratch, "--database", database, "--region", region.rawValue)
      }
    }
    #expect(
      try await scratch.texts("SELECT rolname::text FROM pg_roles WHERE rolname LIKE '%\(region)'") == []
    )
  }

  @Test func aDatabaseOfTheOtherKindIsNeitherMigratedNorGranted() async throws {
    for (own, other) in [("regional", "global"), ("global", "regional")] {
      let scratch = try await migrated(own)
      let before = try await scratch.fingerprint()
      let options = ["--database", other, "--database-url", scratch.url()]
      await #expect(throws: Outcome.refused) { try await MigrateCommand.Up.parse(options).run() }
      await #expect(throws: Outcome.refused) {
        try await MigrateCommand.Down.parse(options + ["--to", "0", "--yes"]).run()
      }
      await #expect(throws: Outcome.refused) {
        try await GrantCommand.parse(options + ["--region", "ind1"]).run()
      }
      #expect(try await scratch.fingerprint() == before)
    }
  }

  /// A schema from before identities, and one whose rights are: neither is refused, since neither says anything.
  @Test func whoDoesNotSayIsAccepted() async throws {
    let scratch = try await migrated("regional")
    let region = try #require(RegionCode.unheardOf())
    try await grant(scratch, "--region", region.rawValue)
    let expected = try #require(RegionCode(rawValue: "ind1"))
    func connect(_ user: String) async throws {
      try await OneShotConnection(scratch.url(user: user), .regional(expected), needsSchema: false).use { _ in
      }
    }
    await #expect(throws: PostgresError.self) { try await connect("postgres") }
    try await scratch.run("REVOKE SELECT ON database_identity FROM vetchium_api_\(region)")
    try await connect("vetchium_api_\(region)")
    try await scratch.run("UPDATE database_identity SET region = NULL")
    try await connect("postgres")
    try await scratch.run("DROP TABLE database_identity")
    try await connect("postgres")
  }

  @Test func anotherDatabaseIsNotSeeded() async throws {
    let global = try await migrated("global")
    let regional = try await migrated("regional")
    try await grant(regional, "--region", "usa1")
    for urls in [
      ["--global-url", global.url(), "--region-url", "ind1=\(regional.url())"],
      ["--global-url", regional.url()],
      ["--global-url", global.url(), "--region-url", "ind1=\(global.url())"],
    ] {
      for options in [[], ["--force"]] {
        await #expect(throws: Outcome.refused, "\(options)") {
          try await SeedCommand.parse(urls + options).run()
        }
      }
    }
    #expect(try await global.texts("SELECT email_address FROM admin_users") == [])
    #expect(try await regional.texts("SELECT email_address FROM hub_users") == [])
  }

  /// Readiness asks it, and must be answered while all connections that are lent are busy.
  @Test func theIdentityIsALookup() {
    for query in [GlobalTables.findIdentity(), RegionalTables.findIdentity()] {
      #expect(query.statement.isLookup)
    }
  }

  @Test(
    arguments: [
      (.global, .global, true), (.global, .regional(nil), false), (.regional(nil), .global, false),
      (.regional(.example), .global, false), (.regional(.example), .regional(.example), true),
      (.regional(.example), .regional(nil), true), (.regional(nil), .regional(.example), true),
      (.regional(.example), .regional(RegionCode(rawValue: "usa1")), false),
    ] as [(DatabaseIdentity, DatabaseIdentity, Bool)]
  )
  func whoIsWanted(wanted: DatabaseIdentity, found: DatabaseIdentity, isAccepted: Bool) {
    #expect(wanted.accepts(found) == isAccepted)
  }

  /// Without a terminal nothing is undone but with `--yes`; at one, only after "yes".
  @Test func undoingMigrationsIsAskedFor() async throws {
    let scratch = try await migrated("regional")
    let down = ["--database-url", scratch.url(), "--to", "0"]
    let before = try await scratch.fingerprint()
    func command(_ options: [String], typing answers: [String]?) async throws -> TestProcess.End {
      let words = [Programs.path(of: "vetchium"), "migrate", "down"] + down + options
      let process =
        if let answers {
          try await TestProcess.startAtTerminal(words, name: "migrate", environment: [:], typing: answers)
        } else {
          try await TestProcess.start(words, name: "migrate", environment: [:])
        }
      return try await process.waitForEnd()
    }
    #expect(try await command([], typing: nil) == .exit(1))
    #expect(try await command([], typing: ["y"]) == .exit(1))
    #expect(try await command([], typing: ["no"]) == .exit(1))
    #expect(try await scratch.fingerprint() == before)
    #expect(try await command([], typing: ["yes"]) == .exit(0))
    #expect(try await scratch.texts("SELECT relname::text FROM pg_class WHERE relname = 'hub_users'") == [])
    try await MigrateCommand.Up.parse(["--database", "regional", "--database-url", scratch.url()]).run()
    #expect(try await scratch.fingerprint() == before)
    #expect(try await command(["--database", "regional", "--yes"], typing: nil) == .exit(0))
    // Nothing is left to be asked about.
    #expect(try await command(["--database", "regional"], typing: nil) == .exit(0))
  }
}
