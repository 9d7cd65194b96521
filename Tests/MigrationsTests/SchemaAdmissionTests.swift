import Logging
import PostgresClient
import TestSupport
import Testing

@testable import Migrations

@Suite struct SchemaAdmissionTests {
  @Test(
    arguments: [
      // program, database, oldest program that the database lets in, part of the refusal
      (18, 18, 0, nil), (18, 18, 18, nil), (18, 25, 0, nil), (18, 25, 18, nil), (18, 25, 3, nil),
      (18, 0, 0, "no schema (version 0), this program needs version 18"),
      (18, 17, 0, "has version 17, this program needs version 18"),
      (
        18, 25, 19,
        "has version 25, which needs programs of version 19 or newer, and this program has version 18"
      ),
    ] as [(Int64, Int64, Int64, String?)]
  )
  func whoWorksWithWhat(program: Int64, database: Int64, oldest: Int64, refusal: String?) {
    let found = SchemaVersion(number: database, oldestProgram: oldest).refusal(ofProgram: program)
    if let refusal { #expect(found?.contains(refusal) == true) } else { #expect(found == nil) }
  }

  @Test func aMigrationNamesTheOldestProgram() throws {
    func file(_ line: String) throws -> Migration {
      try GooseFileParser.parse(name: "00018_x.sql", text: "\(line)\n-- +goose Up\nSELECT 1;\n")
    }
    #expect(try file("-- nothing").oldestProgram == 0)
    #expect(try file("-- +vetchium oldest-program 17").oldestProgram == 17)
    #expect(try file("--  +vetchium  oldest-program  18").oldestProgram == 18)
    for wrong in [
      "oldest-program 19", "oldest-program 0", "oldest-program", "oldest program 17", "oldest-program x",
    ] {
      #expect(throws: MigrationFileError.self) { try file("-- +vetchium \(wrong)") }
    }
  }

  private func access(_ scratch: Scratch, _ kind: DatabaseKind, as user: String = "postgres") async
    -> PostgresPool.Access
  {
    var configuration = PostgresPoolConfiguration(connectionString: scratch.url(user: user), size: 2)
    configuration.admissions = [.schema(kind)]
    let pool = PostgresPool(configuration, logger: .quiet)
    let access = await pool.access(timeout: .seconds(20))
    await pool.shutdown()
    return access
  }

  @Test(arguments: DatabaseKind.allCases)
  func realDatabasesOfEveryVersion(_ kind: DatabaseKind) async throws {
    let scratch = try await Scratch.make()
    let newest = kind.newestVersion
    let all = try kind.migrations()
    #expect(all.last?.version == newest)
    #expect(
      await access(scratch, kind)
        == .none(
          "it has no schema (version 0), this program needs version \(newest): vetchium migrate up, then vetchium grant"
        )
    )
    _ = try await scratch.migrator(all.dropLast()).up()
    #expect(
      await access(scratch, kind)
        == .none(
          "its schema has version \(newest - 1), this program needs version \(newest): vetchium migrate up"
        )
    )
    _ = try await scratch.migrator(all).up()
    #expect(await access(scratch, kind) == .readWrite)

    // A newer release that only adds, and one that takes something away.
    let added = try Migration.parse([
      (path: "\(newest + 1)_a.sql", text: "-- +goose Up\nCREATE TABLE a ();\n-- +goose Down\nDROP TABLE a;\n")
    ])
    _ = try await scratch.migrator(all + added).up()
    #expect(await access(scratch, kind) == .readWrite)
    let removed = try Migration.parse([
      (
        path: "\(newest + 2)_b.sql",
        text: "-- +vetchium oldest-program \(newest + 1)\n-- +goose Up\nSELECT 1;\n"
      )
    ])
    _ = try await scratch.migrator(all + added + removed).up()
    #expect(
      await access(scratch, kind)
        == .none(
          "its schema has version \(newest + 2), which needs programs of version \(newest + 1) or newer, "
            + "and this program has version \(newest): start the newer release"
        )
    )
    _ = try await scratch.migrator(all + added + removed).down()
    #expect(await access(scratch, kind) == .readWrite)
    // A role that was granted nothing.
    let role = "stranger_\(UInt32.random(in: .min ... .max))"
    try await scratch.run("CREATE ROLE \(role) LOGIN")
    #expect(
      await access(scratch, kind, as: role)
        == .none(
          "this role may not read the version of its schema, \(newest) for this program: vetchium grant"
        )
    )
    try await scratch.run("DROP ROLE \(role)")
  }

  /// A log that an older `vetchium` made is brought along by `migrate up`, with nothing else to do.
  @Test func aLogWithoutTheOldestProgramIsExtended() async throws {
    let scratch = try await Scratch.make()
    let all = try DatabaseKind.global.migrations()
    _ = try await scratch.migrator(all).up()
    try await scratch.run("ALTER TABLE vetchium_migrations DROP COLUMN oldest_program")
    let newest = DatabaseKind.global.newestVersion
    #expect(
      await access(scratch, .global)
        == .none("its schema is older than version \(newest), which this program needs: vetchium migrate up")
    )
    #expect(try await scratch.migrator(all).up().isEmpty)
    #expect(await access(scratch, .global) == .readWrite)
  }

  /// What is taken away while a pool is open: 503 instead of 500, and the next look at the database says why.
  @Test func aSchemaThatChangesUnderAPool() async throws {
    let scratch = try await Scratch.make()
    let all = try DatabaseKind.global.migrations()
    _ = try await scratch.migrator(all).up()
    var configuration = PostgresPoolConfiguration(connectionString: scratch.url(), size: 2)
    configuration.database = "global"
    configuration.admissions = [.schema(.global)]
    let pool = PostgresPool(configuration, logger: .quiet)
    let query = PostgresQuery(sql: "SELECT count(throttle_key) FROM throttles")
    _ = try await pool.execute(query)
    try await scratch.run("ALTER TABLE throttles RENAME TO elsewhere")
    let error = await #expect(throws: PostgresError.self) { try await pool.execute(query) }
    #expect(error?.isUnavailable == true && error?.sqlState == "42P01")
    #expect(
      error.map { "\($0)" }
        == "global database error 42P01: its schema or its rights do not fit this program: vetchium migrate up, vetchium grant"
    )
    try await scratch.run("ALTER TABLE elsewhere RENAME TO throttles")
    _ = try await pool.execute(query)

    let newest = DatabaseKind.global.newestVersion
    try await scratch.run(
      "UPDATE vetchium_migrations SET oldest_program = \(newest + 1) WHERE version_id = \(newest)"
    )
    guard case .none(let reason) = await pool.access(timeout: .seconds(20)) else {
      Issue.record("the database is in use although it asks for newer programs")
      return
    }
    #expect(reason.contains("needs programs of version \(newest + 1)"))
    // The sessions are gone, and new ones are refused.
    let refusal = await #expect(throws: PostgresError.self) { try await pool.execute(query) }
    #expect(refusal?.code == .unavailable && refusal?.reason == reason)
    try await scratch.run("UPDATE vetchium_migrations SET oldest_program = 0")
    try await eventually("the pool works again") { await pool.access() == .readWrite }
    _ = try await pool.execute(query)
    await pool.shutdown()
  }
}
