import PostgresClient
import TestSupport
import Testing
import Vocabulary

@testable import Migrations

/// Defaults of the database and the owner's role that would break the program, if it relied on them.
@Suite struct HostileDefaultsTests {
  static let defaults = [
    "lock_timeout = '10ms'", "statement_timeout = '200ms'", "idle_in_transaction_session_timeout = '200ms'",
    "search_path = elsewhere", "\"DateStyle\" = 'German, DMY'", "\"IntervalStyle\" = 'sql_standard'",
    "\"TimeZone\" = 'Asia/Kolkata'", "standard_conforming_strings = off", "bytea_output = 'escape'",
    "default_transaction_isolation = 'serializable'", "array_nulls = off", "transform_null_equals = on",
  ]

  @Test func theSecondMigrateUpWaitsWhateverTheyAre() async throws {
    let scratch = try await Scratch.make()
    try await scratch.run("CREATE SCHEMA elsewhere")
    for setting in Self.defaults {
      try await scratch.run("ALTER DATABASE \"\(scratch.name)\" SET \(setting)")
    }
    let all = try DatabaseKind.regional.migrations()
    // Another run has the lock for longer than all limits.
    let other = try await PostgresConnection.connect(
      PostgresPoolConfiguration(connectionString: scratch.url(), size: 1),
      logger: .quiet
    )
    try await MigrationLog(connection: other).createFirst()
    try await other.executeScript("SET idle_in_transaction_session_timeout = 0")
    try await other.executeScript(OwnerConnection.lock)
    async let applied = scratch.migrator(all).up()
    try await eventually("the second run waits") {
      try await scratch.texts(
        "SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'relation' "
          + "AND clock_timestamp() - query_start > interval '400 ms'"
      ).count == 1
    }
    await other.close()
    #expect(try await applied.map(\.version) == all.map(\.version))
    #expect(try await scratch.migrator(all).status().allSatisfy { $0.state == .applied })
    #expect(
      try await scratch.texts("SELECT DISTINCT schemaname::text FROM pg_tables WHERE tablename = 'hub_users'")
        == ["public"]
    )
    // The schema is the one that a database without such defaults has.
    let plain = try await Scratch.make()
    _ = try await plain.migrator(all).up()
    let extra = try await Set(scratch.fingerprint()).symmetricDifference(plain.fingerprint())
    #expect(extra.isEmpty)
    let region = try #require(RegionCode.unheardOf())
    try await scratch.grants.applyRegional(region)
  }
}

/// What PostgreSQL writes into its log about errors of the services' roles.
@Suite struct ServerLogTests {
  @Test func noErrorOfAServiceShowsAValue() async throws {
    let server = try await PrivatePostgres.start()
    try await server.execute("CREATE ROLE owner LOGIN CREATEROLE")
    let name = try await server.createDatabase()
    try await server.execute("ALTER DATABASE \"\(name)\" OWNER TO owner")
    let scratch = Scratch(name: name, server: server)
    _ = try await Migrator(
      connectionString: scratch.url(user: "owner"),
      migrations: DatabaseKind.regional.migrations(),
      logger: .quiet
    ).up()
    let grants = Grants(connectionString: scratch.url(user: "owner"), logger: .quiet)
    let region = try #require(RegionCode.unheardOf())
    let roles = ["vetchium_api_\(region)", "vetchium_worker_\(region)"]
    // Without the right to do it the owner is told for which roles it is left to do.
    #expect(try await grants.applyRegional(region) == roles)
    func violate(_ address: String) async throws {
      let insert = """
        INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
        VALUES (gen_random_uuid(), $1, $2, '$argon2id$x')
        """
      let pool = PostgresPool(
        PostgresPoolConfiguration(connectionString: scratch.url(user: roles[0]), size: 1),
        logger: .quiet
      )
      _ = try await pool.execute(PostgresQuery(sql: insert, address, "a-\(UInt32.random(in: 0 ... .max))"))
      let error = await #expect(throws: PostgresError.self) {
        try await pool.execute(PostgresQuery(sql: insert, address, "b-\(UInt32.random(in: 0 ... .max))"))
      }
      #expect(error?.sqlState == "23505")
      await pool.shutdown()
    }
    try await violate("before@example.com")
    try await eventually("the log shows what is to be kept out") {
      try server.log().contains("(before@example.com) already exists")
    }

    try await server.execute("GRANT SET ON PARAMETER log_error_verbosity TO owner")
    #expect(try await grants.applyRegional(region).isEmpty)
    try await violate("after@example.com")
    // The log is written in order: when the next line is there, so is everything before it.
    _ = try await scratch.refusal("SELECT no_such_column AS landmark")
    try await eventually("the log has the errors") { try server.log().contains("landmark") }
    #expect(try !server.log().contains("after@example.com"))
    #expect(try server.log().split(separator: "\n").count { $0.contains("duplicate key value") } == 2)
    try await server.stop()
  }
}
