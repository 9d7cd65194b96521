import Logging
import PostgresClient
import TestSupport
import Testing

/// The client behind a real PgBouncer.
///
/// Debian's PgBouncer knows no prepared statements in transaction mode (it came with 1.21), hence `preparesStatements`.
@Suite struct PoolerTests {
  private static let logger = Logger(label: "tests")

  private static func configuration(
    _ pooler: PrivatePgBouncer,
    _ database: TestDatabase,
    _ mode: PrivatePgBouncer.Mode
  ) -> PostgresPoolConfiguration {
    var configuration = PostgresPoolConfiguration(
      connectionString: pooler.connectionString(database: database.name),
      acquireTimeout: .seconds(30)
    )
    configuration.prefersIndexes = true
    configuration.idleTransactionTimeout = .seconds(45)
    configuration.preparesStatements = mode == .session
    return configuration
  }

  private static let settings = [
    "TimeZone", "statement_timeout", "enable_seqscan", "default_transaction_read_only",
  ]

  private static func settings(_ executor: some PostgresExecutor) async throws -> [String] {
    var values: [String] = []
    for name in settings {
      values.append(
        try await executor.execute(PostgresQuery(sql: "SELECT current_setting($1)", name))[0].decode(0)
      )
    }
    return values
  }

  @Test(arguments: PrivatePgBouncer.Mode.allCases)
  func everythingWorksBehindIt(_ mode: PrivatePgBouncer.Mode) async throws {
    let database = try await TestDatabase.make()
    try await PrivatePgBouncer.run(mode, before: database.postgres) { pooler in
      let pool = PostgresPool(Self.configuration(pooler, database, mode), logger: Self.logger)
      let table = PostgresQuery(sql: "CREATE TABLE numbers (number INT PRIMARY KEY)")
      _ = try await pool.execute(table)
      let insert = PostgresStatement(name: "insert", sql: "INSERT INTO numbers VALUES ($1)")
      let find = PostgresStatement(
        name: "find",
        sql: "SELECT number FROM numbers WHERE number = $1",
        isLookup: true
      )
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...40 {
          group.addTask {
            var parameters = PostgresParameters()
            parameters.append(Int32(number))
            let (insert, find) = (PostgresQuery(insert, parameters), PostgresQuery(find, parameters))
            if number % 3 == 0 {
              try await pool.withTransaction { transaction in
                _ = try await transaction.execute(insert)
                #expect(try await transaction.execute(find).rowCount == 1)
                try await transaction.commit()
              }
            } else if number % 3 == 1 {
              let results = try await pool.executeAtomically([insert, find])
              #expect(results.map(\.rowCount) == [0, 1])
            } else {
              _ = try await pool.execute(insert)
            }
            #expect(try await pool.execute(find).rowCount == 1)
          }
        }
        try await group.waitForAll()
      }
      #expect(
        try await pool.execute(PostgresQuery(sql: "SELECT count(*) FROM numbers"))[0].decode(
          0,
          as: Int64.self
        ) == 40
      )
      #expect(await pool.access(timeout: .seconds(20)) == .readWrite)
      await pool.shutdown()
    }
  }

  /// What a transaction of ours sees, and what others find in the sessions afterwards.
  @Test(arguments: PrivatePgBouncer.Mode.allCases)
  func settingsAreOursAndDoNotLeak(_ mode: PrivatePgBouncer.Mode) async throws {
    let database = try await TestDatabase.make()
    try await database.postgres.execute("ALTER DATABASE \"\(database.name)\" SET TimeZone = 'Asia/Kolkata'")
    try await PrivatePgBouncer.run(mode, before: database.postgres, servers: 2) { pooler in
      let configuration = Self.configuration(pooler, database, mode)
      let pool = PostgresPool(configuration, logger: Self.logger)
      let inside = try await pool.withTransaction { try await Self.settings($0) }
      #expect(inside == ["UTC", "5s", "off", "off"])
      // A look-up on a shared connection, which refuses writes.
      let lookup = PostgresStatement(
        name: "lookup",
        sql: "SELECT current_setting('transaction_read_only')",
        isLookup: true
      )
      try await eventually {
        try await pool.execute(PostgresQuery(lookup))[0].decode(0, as: String.self) == "on"
      }
      await pool.shutdown()

      // Somebody else's sessions, on the same connections of the pooler.
      var other = PostgresPoolConfiguration(
        connectionString: pooler.connectionString(database: database.name)
      )
      other.statementTimeout = .zero
      other.preparesStatements = false
      for _ in 1...4 {
        let connection = try await PostgresConnection.connect(other, logger: Self.logger)
        let seen = try await Self.settings(connection)
        // The other one's own settings are UTC and nothing else.
        #expect(seen == ["UTC", "0", "on", "off"])
        await connection.close()
      }
    }
  }

  @Test func onlySessionModeGivesASessionOfOnesOwn() async throws {
    let database = try await TestDatabase.make()
    for mode in PrivatePgBouncer.Mode.allCases {
      try await PrivatePgBouncer.run(mode, before: database.postgres) { pooler in
        var configuration = Self.configuration(pooler, database, mode)
        configuration.needsOwnSession = true
        switch mode {
        case .session:
          configuration.idleTimeout = .seconds(6)
          let connection = try await PostgresConnection.connect(configuration, logger: Self.logger)
          // The session's own: the server ends it when its client falls silent.
          let limit = PostgresQuery(sql: "SELECT current_setting('idle_session_timeout')")
          #expect(try await connection.execute(limit)[0].decode(0, as: String.self) == "6s")
          try await connection.executeScript("LISTEN channel")
          await connection.close()
        case .transaction:
          let error = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect(configuration, logger: Self.logger)
          }
          #expect(error?.code == .sessionIsShared)
        }
      }
    }
  }

  /// PgBouncer says "server conn crashed", 08P01: whether the COMMIT happened nobody knows.
  @Test func aServerThatIsLostDuringCommitLeavesItOpen() async throws {
    let postgres = try await PrivatePostgres.start()
    try await postgres.execute(
      """
      CREATE TABLE slow (number INT);
      CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER doze AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION doze();
      """
    )
    try await PrivatePgBouncer.run(.transaction, before: postgres) { pooler in
      var configuration = PostgresPoolConfiguration(
        connectionString: pooler.connectionString(database: "postgres")
      )
      configuration.preparesStatements = false
      configuration.statementTimeout = .seconds(60)
      let pool = PostgresPool(configuration, logger: Self.logger)
      let call = Task {
        try await pool.withTransaction { transaction in
          _ = try await transaction.execute(PostgresQuery(sql: "INSERT INTO slow VALUES (1)"))
        }
      }
      let dozing = PostgresQuery(
        sql: "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
      )
      try await eventually { try await pool.execute(dozing)[0].decode(0, as: Int64.self) == 1 }
      try await postgres.kill()
      let error = await #expect(throws: PostgresError.self) { try await call.value }
      #expect(error?.code == .commitOutcomeUnknown)
      await pool.shutdown()
      // Nothing else than "unavailable" while the server is away.
      configuration.statementTimeout = .milliseconds(500)
      let later = PostgresPool(configuration, logger: Self.logger)
      let refusal = await #expect(throws: PostgresError.self) { try await later.execute(dozing) }
      #expect(refusal?.isUnavailable == true)
      await later.shutdown()
    }
  }

  /// Prepared statements through a pooler that does not know them: the error names the setting, and nobody gets a 500.
  @Test func preparedStatementsThatAPoolerLosesNameTheSetting() async throws {
    let database = try await TestDatabase.make()
    try await PrivatePgBouncer.run(.transaction, before: database.postgres, servers: 2) { pooler in
      var configuration = Self.configuration(pooler, database, .transaction)
      configuration.preparesStatements = true
      configuration.database = "regional"
      let pool = PostgresPool(configuration, logger: Self.logger)
      let errors = Journal<PostgresError>()
      let statement = PostgresStatement(name: "one", sql: "SELECT pg_sleep(0.01)")
      try await eventually {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<8 {
            group.addTask {
              do throws(PostgresError) {
                _ = try await pool.execute(PostgresQuery(statement))
              } catch {
                errors.append(error)
              }
            }
          }
        }
        return errors.entries.contains { ["26000", "42P05"].contains($0.sqlState) }
      }
      let named = errors.entries.filter { ["26000", "42P05"].contains($0.sqlState) }
      #expect(named.allSatisfy { $0.isUnavailable && "\($0)".contains("DB_PREPARED_STATEMENTS=off") })
      await pool.shutdown()
    }
  }

  @Test func scriptsAreRefusedWhereSessionsAreShared() async throws {
    let database = try await TestDatabase.make()
    try await PrivatePgBouncer.run(.transaction, before: database.postgres) { pooler in
      let pool = PostgresPool(Self.configuration(pooler, database, .transaction), logger: Self.logger)
      let error = await #expect(throws: PostgresError.self) {
        try await pool.executeScript("SET work_mem = '1MB'")
      }
      #expect(error?.code == .sessionIsShared)
      await pool.shutdown()
    }
  }
}
