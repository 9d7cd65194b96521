import PostgresClient
import TestSupport
import Testing

@Suite struct PoolTests {
  private let one = PostgresQuery(sql: "SELECT 1")

  @Test func waitingIsFirstComeFirstServed() async throws {
    let pool = try await TestDatabase.make().pool {
      $0.size = 1
      $0.acquireTimeout = .seconds(30)
    }
    let order = Journal<Int>()
    try await withThrowingTaskGroup(of: Void.self) { group in
      try await pool.withConnection { _ in
        for number in 0..<20 {
          group.addTask {
            try await pool.withConnection { _ in order.append(number) }
          }
          try await eventually { pool.statistics.waiting == number + 1 }
        }
      }
      try await group.waitForAll()
    }
    #expect(order.entries == Array(0..<20))
  }

  @Test func whoWaitsTooLongGetsAnError() async throws {
    let pool = try await TestDatabase.make().pool {
      $0.size = 2
      $0.acquireTimeout = .seconds(2)
    }
    try await pool.withConnection { _ in
      try await pool.withConnection { _ in
        let start = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) { try await pool.execute(one) }
        #expect(error?.code == .poolTimeout)
        #expect(error?.isUnavailable == true)
        #expect(start.duration(to: .now) >= .seconds(2))
      }
    }
    #expect(pool.statistics.acquireTimeouts == 1)
    #expect(pool.statistics.busy == 0)
    #expect(try await pool.execute(one).rowCount == 1)
  }

  @Test func neverMoreConnectionsThanAllowed() async throws {
    let database = try await TestDatabase.make()
    let pool = database.pool { $0.size = 4 }
    let seen = Journal<Int64>()
    let count = PostgresQuery(
      sql: "SELECT count(*) FROM pg_stat_activity WHERE datname = $1",
      database.name
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<200 {
        group.addTask {
          seen.append(try await pool.execute(count)[0].decode(0))
        }
      }
      try await group.waitForAll()
    }
    #expect(seen.entries.allSatisfy { (1...4).contains($0) })
  }

  @Test func aCancelledWaiterLeavesTheQueue() async throws {
    let pool = try await TestDatabase.make().pool { $0.size = 1 }
    try await pool.withConnection { _ in
      let task = Task { try await pool.execute(PostgresQuery(sql: "SELECT 1")) }
      try await eventually { pool.statistics.waiting == 1 }
      task.cancel()
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      #expect(pool.statistics.waiting == 0)
    }
    #expect(try await pool.execute(one).rowCount == 1)
  }

  @Test func aConnectionWithAnOpenTransactionIsNotLentAgain() async throws {
    let pool = try await TestDatabase.make().pool { $0.size = 1 }
    let pid = PostgresQuery(sql: "SELECT pg_backend_pid()")
    let before: Int32 = try await pool.execute(pid)[0].decode(0)
    _ = try await pool.execute(PostgresQuery(sql: "BEGIN"))
    let after: Int32 = try await pool.execute(pid)[0].decode(0)
    #expect(before != after)
    #expect(pool.statistics.busy == 0)
  }

  @Test func settingsOfAScriptDoNotOutliveIt() async throws {
    let pool = try await TestDatabase.make().pool { $0.size = 1 }
    try await pool.executeScript("SET TimeZone = 'Asia/Kolkata'")
    let zone = try await pool.execute(PostgresQuery(sql: "SELECT current_setting('TimeZone')"))
    #expect(try zone[0].decode(0, as: String.self) == "UTC")
  }

  @Test func aPoolThatIsBusyIsNotOutOfReach() async throws {
    let pool = try await TestDatabase.make().pool { $0.size = 4 }
    #expect(await pool.access(timeout: .seconds(20)) == .readWrite)
    try await eventually { pool.statistics.sharedConnections > 0 }
    let calls = (1...8).map { _ in Task { try await pool.execute(PostgresQuery(sql: "SELECT pg_sleep(60)")) }
    }
    try await eventually { pool.statistics.waiting > 0 }
    #expect(await pool.access(timeout: .seconds(20)) == .readWrite)
    for call in calls { call.cancel() }
    for call in calls { _ = await call.result }
  }

  @Test func idleConnectionsAreClosedButForTwo() async throws {
    let database = try await TestDatabase.make()
    let pool = database.pool {
      $0.size = 8
      $0.idleLimit = .milliseconds(100)
    }
    let calls = (1...6).map { _ in Task { try await pool.execute(PostgresQuery(sql: "SELECT pg_sleep(60)")) }
    }
    try await eventually { pool.statistics.busy == 6 }
    for call in calls { call.cancel() }
    for call in calls { _ = await call.result }
    try await eventually { pool.statistics.idle == 2 && pool.statistics.busy == 0 }
    #expect(try await pool.execute(one).rowCount == 1)
    let observer = try await database.connection()
    let others = PostgresQuery(
      sql: "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
      database.name
    )
    try await eventually {
      try await observer.execute(others)[0].decode(0, as: Int64.self) == pool.statistics.sharedConnections + 2
    }
    await pool.shutdown()
  }

  /// One lent, one idle and one shared connection, all replaced by others.
  @Test func oldConnectionsAreReplaced() async throws {
    let pool = try await TestDatabase.make().pool {
      $0.size = 3
      $0.sharedConnections = 1
      $0.maximumAge = .milliseconds(300)
    }
    let pid = PostgresQuery(sql: "SELECT pg_backend_pid()")
    let sharedPID = PostgresQuery(
      PostgresStatement(name: "pid", sql: "SELECT pg_backend_pid()", isLookup: true)
    )
    let (lent, other): (Int32, Int32) = try await pool.withConnection { connection in
      (try await connection.execute(pid)[0].decode(0), try await pool.execute(pid)[0].decode(0))
    }
    try await eventually {
      _ = try await pool.execute(sharedPID)
      return pool.statistics.sharedConnections == 1
    }
    let shared: Int32 = try await pool.execute(sharedPID)[0].decode(0)
    try await eventually { try await pool.execute(sharedPID)[0].decode(0, as: Int32.self) != shared }
    try await eventually {
      ![lent, other].contains(try await pool.execute(pid)[0].decode(0, as: Int32.self))
    }
    // A transaction that is under way is not disturbed by its connection's age.
    try await pool.withTransaction { transaction in
      _ = try await transaction.execute(PostgresQuery(sql: "SELECT pg_sleep(0.5)"))
      _ = try await transaction.execute(pid)
    }
    await pool.shutdown()
  }

  @Test func afterShutdownEverybodyIsRefused() async throws {
    let database = try await TestDatabase.make()
    let pool = database.pool()
    #expect(await pool.access(timeout: .seconds(20)) == .readWrite)
    await pool.shutdown()
    let error = await #expect(throws: PostgresError.self) { try await pool.execute(one) }
    #expect(error?.code == .closed)
    let observer = try await database.connection()
    let others = PostgresQuery(
      sql: "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
      database.name
    )
    try await eventually { try await observer.execute(others)[0].decode(0, as: Int64.self) == 0 }
  }

  @Test func theUsersOptionsAreRespected() async throws {
    let database = try await TestDatabase.make()
    let pool = database.pool {
      $0.connectionString += " options='-c search_path=elsewhere' application_name=mine"
    }
    let seen = try await pool.execute(
      PostgresQuery(
        sql: """
          SELECT current_setting('search_path'), current_setting('application_name'),
            current_setting('client_encoding'), current_setting('statement_timeout')
          """
      )
    )
    #expect(
      try (0..<4).map { try seen[0].decode($0, as: String.self) } == ["elsewhere", "mine", "UTF8", "5s"]
    )
    let uri = database.pool {
      $0.connectionString =
        "postgres://postgres@127.0.0.1:\(database.postgres.port)/\(database.name)?sslmode=disable"
    }
    #expect(try await uri.execute(one).rowCount == 1)
  }
}
