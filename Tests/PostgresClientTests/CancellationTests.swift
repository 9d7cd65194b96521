import PostgresClient
import Testing

@Suite struct CancellationTests {
  private func running(_ marker: String) -> PostgresQuery {
    PostgresQuery(
      sql:
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%' || $1 || '%' AND state <> 'idle' AND pid <> pg_backend_pid()",
      marker
    )
  }

  @Test func cancellingInATransactionReachesTheServer() async throws {
    let database = try await TestDatabase.make()
    let pool = database.pool {
      $0.size = 2
      $0.statementTimeout = .seconds(7200)
    }
    let observer = try await database.connection()
    try await pool.executeScript("CREATE TABLE numbers (number int4)")
    let task = Task {
      try await pool.withTransaction { transaction in
        _ = try await transaction.execute(PostgresQuery(sql: "INSERT INTO numbers VALUES (1)"))
        _ = try await transaction.execute(PostgresQuery(sql: "SELECT pg_sleep(3600) /* marked */"))
      }
    }
    let count = running("mark" + "ed")
    try await eventually { try await observer.execute(count)[0].decode(0, as: Int64.self) == 1 }
    task.cancel()
    let error = await #expect(throws: PostgresError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    #expect(try await observer.execute(count)[0].decode(0, as: Int64.self) == 0)
    let left = try await observer.execute(PostgresQuery(sql: "SELECT count(*) FROM numbers"))
    #expect(try left[0].decode(0, as: Int64.self) == 0)
    #expect(pool.statistics.busy == 0)
    #expect(try await pool.execute(PostgresQuery(sql: "SELECT 1")).rowCount == 1)
  }

  @Test func aTransactionOfACancelledTaskIsNotCommitted() async throws {
    let pool = try await TestDatabase.make().pool()
    try await pool.executeScript("CREATE TABLE numbers (number int4)")
    let task = Task {
      try await pool.withTransaction { transaction in
        _ = try await transaction.execute(PostgresQuery(sql: "INSERT INTO numbers VALUES (1)"))
        withUnsafeCurrentTask { $0?.cancel() }
      }
    }
    let error = await #expect(throws: PostgresError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    let left = try await pool.execute(PostgresQuery(sql: "SELECT count(*) FROM numbers"))
    #expect(try left[0].decode(0, as: Int64.self) == 0)
  }

  /// Cancels at every moment of many calls, and then everything still works and nothing is lost.
  @Test func cancellingAtAnyMomentLeaksNothing() async throws {
    let database = try await TestDatabase.make()
    let pool = database.pool {
      $0.size = 4
      $0.acquireTimeout = .seconds(30)
    }
    try await pool.executeScript("CREATE TABLE numbers (number int4)")
    let lookup = PostgresStatement(name: "look", sql: "SELECT count(*) FROM numbers", isLookup: true)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<400 {
        group.addTask {
          let task = Task {
            switch number % 3 {
            case 0: _ = try await pool.execute(PostgresQuery(lookup))
            case 1: _ = try await pool.execute(PostgresQuery(sql: "SELECT pg_sleep(0.002)"))
            default:
              try await pool.withTransaction { transaction in
                _ = try await transaction.execute(PostgresQuery(sql: "INSERT INTO numbers VALUES (1)"))
                _ = try await transaction.execute(PostgresQuery(sql: "SELECT pg_sleep(0.001)"))
              }
            }
          }
          try? await Task.sleep(for: .microseconds(Int.random(in: 0...3000)))
          task.cancel()
          _ = await task.result
        }
      }
    }
    #expect(pool.statistics.busy == 0)
    #expect(pool.statistics.waiting == 0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { _ = try await pool.execute(PostgresQuery(sql: "SELECT 1")) } }
      for _ in 0..<100 { group.addTask { _ = try await pool.execute(PostgresQuery(lookup)) } }
      try await group.waitForAll()
    }
    let observer = try await database.connection()
    let open = PostgresQuery(
      sql:
        "SELECT count(*), count(*) FILTER (WHERE state <> 'idle') FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
      database.name
    )
    try await eventually {
      let row = try await observer.execute(open)[0]
      return try row.decode(0, as: Int64.self) <= 4 && row.decode(1, as: Int64.self) == 0
    }
  }
}
