import Logging
import PostgresClient
import TestSupport
import Testing

/// Each test breaks a server of its own.
@Suite struct OutageTests {
  private let one = PostgresQuery(PostgresStatement(name: "one", sql: "SELECT 1", isLookup: false))
  private let lookup = PostgresQuery(PostgresStatement(name: "lookup", sql: "SELECT 2", isLookup: true))

  private func pool(
    _ postgres: PrivatePostgres,
    tcp: Bool = false,
    _ change: (inout PostgresPoolConfiguration) -> Void = { _ in }
  ) -> PostgresPool {
    var configuration = PostgresPoolConfiguration(
      connectionString: tcp ? postgres.tcpConnectionString() : postgres.connectionString()
    )
    change(&configuration)
    return PostgresPool(configuration, logger: Logger(label: "tests"))
  }

  @Test(arguments: [false, true]) func theServerIsKilledInMidQuery(tcp: Bool) async throws {
    let postgres = try await PrivatePostgres.start()
    let pool = pool(postgres, tcp: tcp) { $0.statementTimeout = .seconds(60) }
    _ = try await pool.execute(lookup)
    let calls = (0..<10).map { number in
      Task {
        if number % 2 == 0 { return try await pool.execute(PostgresQuery(sql: "SELECT pg_sleep(50)")) }
        return try await pool.withTransaction {
          try await $0.execute(PostgresQuery(sql: "SELECT pg_sleep(50)"))
        }
      }
    }
    try await eventually { pool.statistics.busy == 10 }
    let activity = PostgresQuery(sql: "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    try await eventually { try await pool.execute(activity)[0].decode(0, as: Int64.self) == 10 }
    try await postgres.kill()
    let errors = try await within(.seconds(60)) {
      var errors: [PostgresError?] = []
      for call in calls { errors.append(await call.result.failure) }
      return errors
    }
    #expect(errors.allSatisfy { $0?.isUnavailable == true })
    #expect(pool.statistics.busy == 0)

    // Down: calls fail because of the server, and not because they waited for a connection until their limit passed.
    for query in [one, lookup, one, lookup] {
      let error = await #expect(throws: PostgresError.self) { try await pool.execute(query) }
      #expect(error?.code == .unavailable)
    }
    #expect(await pool.access() != .readWrite)

    // Up again: the pool recovers by itself.
    try await postgres.restart()
    try await eventually { (try? await pool.execute(one)) != nil }
    try await eventually {
      _ = try await pool.execute(lookup)
      return pool.statistics.sharedConnections > 0
    }
    #expect(await pool.access(timeout: .seconds(60)) == .readWrite)
    try await postgres.stop()
  }

  @Test func theServerIsFrozen() async throws {
    let postgres = try await PrivatePostgres.start()
    let pool = pool(postgres) {
      $0.statementTimeout = .milliseconds(500)
      $0.acquireTimeout = .seconds(3)
    }
    _ = try await pool.execute(one)
    try await eventually {
      _ = try await pool.execute(lookup)
      return pool.statistics.sharedConnections > 0
    }
    try await postgres.freeze()
    await withTaskGroup(of: Void.self) { group in
      for query in [one, lookup, one, lookup] {
        group.addTask {
          let error = await #expect(throws: PostgresError.self) { try await pool.execute(query) }
          #expect(error?.isUnavailable == true)
        }
      }
    }
    postgres.thaw()
    for query in [one, lookup] { try await eventually { (try? await pool.execute(query)) != nil } }
    #expect(pool.statistics.busy == 0)
    try await postgres.stop()
  }

  /// Two look-ups, of which the second waits behind the first: it is not sent once more on another connection, where it
  /// would wait as long again.
  @Test func aLookupWaitsForAFrozenServerOnlyOnce() async throws {
    let postgres = try await PrivatePostgres.start()
    let pool = pool(postgres) {
      $0.size = 4
      $0.sharedConnections = 1
      $0.statementTimeout = .milliseconds(1500)
    }
    _ = try await pool.execute(one)
    try await eventually {
      _ = try await pool.execute(lookup)
      return pool.statistics.sharedConnections > 0
    }
    let before = pool.statistics.statements
    try await postgres.freeze()
    let first = Task { try await pool.execute(lookup) }
    try await eventually { pool.statistics.statements == before + 1 }
    let second = await #expect(throws: PostgresError.self) { try await pool.execute(lookup) }
    #expect(second.map { "\($0)" } == "database unavailable: no reply in time")
    #expect(await first.result.failure?.isUnavailable == true)
    #expect(pool.statistics.statements == before + 1)
    postgres.thaw()
    try await postgres.stop()
  }

  /// Readiness must not wait until the question to a frozen server is called off.
  @Test func nobodyWaitsForTheAccessToAFrozenServer() async throws {
    let postgres = try await PrivatePostgres.start()
    let pool = pool(postgres) { $0.size = 1 }
    #expect(await pool.access(timeout: .seconds(20)) == .readWrite)
    try await postgres.freeze()
    #expect(await pool.access(timeout: .milliseconds(200)) == .none("no reply in time"))
    #expect(pool.statistics.busy == 1, "the question is still being called off")
    postgres.thaw()
    try await eventually { await pool.access() == .readWrite }
    try await postgres.stop()
  }

  @Test func aStatementThatTakesTooLong() async throws {
    let pool = try await TestDatabase.make().pool { $0.statementTimeout = .milliseconds(300) }
    let pid = PostgresQuery(sql: "SELECT pg_backend_pid()")
    let before: Int32 = try await pool.execute(pid)[0].decode(0)
    let error = await #expect(throws: PostgresError.self) {
      try await pool.execute(PostgresQuery(sql: "SELECT pg_sleep(20)"))
    }
    #expect(error?.code == .statementTimeout)
    let after: Int32 = try await pool.execute(pid)[0].decode(0)
    #expect(before == after, "the connection was given up without need")
  }

  @Test func anIdleConnectionThatDiesIsNoticed() async throws {
    let database = try await TestDatabase.make()
    let pool = database.pool { $0.sharedConnections = 0 }
    _ = try await pool.execute(one)
    let observer = try await database.connection()
    _ = try await observer.execute(
      PostgresQuery(
        sql:
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
        database.name
      )
    )
    try await eventually { pool.statistics.idle == 0 }
    #expect(try await pool.execute(one).rowCount == 1)
  }

  @Test func commitOfALostConnectionIsUncertain() async throws {
    let postgres = try await PrivatePostgres.start()
    let pool = pool(postgres) { $0.statementTimeout = .seconds(60) }
    try await pool.executeScript(
      """
      CREATE TABLE slow (number int4);
      CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(50); RETURN NEW; END';
      CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION wait();
      """
    )
    let task = Task {
      try await pool.withTransaction {
        _ = try await $0.execute(PostgresQuery(sql: "INSERT INTO slow VALUES (1)"))
      }
    }
    let activity = PostgresQuery(sql: "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    try await eventually { try await pool.execute(activity)[0].decode(0, as: Int64.self) == 1 }
    try await postgres.kill()
    let error = await task.result.failure
    #expect(error?.code == .commitOutcomeUnknown)
    #expect(error?.isUnavailable == true)
  }
}

extension Result {
  fileprivate var failure: PostgresError? {
    if case .failure(let error) = self { error as? PostgresError } else { nil }
  }
}
