import PostgresClient
import Testing

@Suite struct TransactionTests {
  private struct Unhappy: Error {}

  private func makePool() async throws -> PostgresPool {
    let pool = try await TestDatabase.make().pool()
    try await pool.executeScript("CREATE TABLE numbers (number int4 PRIMARY KEY)")
    return pool
  }

  private func insert(_ number: Int32) -> PostgresQuery {
    PostgresQuery(sql: "INSERT INTO numbers VALUES ($1)", number)
  }

  private func numbers(_ pool: PostgresPool) async throws -> [Int32] {
    let result = try await pool.execute(PostgresQuery(sql: "SELECT number FROM numbers ORDER BY number"))
    return try result.map { try $0.decode(0) }
  }

  @Test func returningCommits() async throws {
    let pool = try await makePool()
    let answer = try await pool.withTransaction { transaction in
      _ = try await transaction.execute(insert(1))
      _ = try await transaction.executeAll([insert(2), insert(3)])
      return 42
    }
    #expect(answer == 42)
    #expect(try await numbers(pool) == [1, 2, 3])
  }

  @Test func throwingRollsBack() async throws {
    let pool = try await makePool()
    await #expect(throws: Unhappy.self) {
      try await pool.withTransaction { transaction in
        _ = try await transaction.execute(insert(1))
        throw Unhappy()
      }
    }
    #expect(try await numbers(pool) == [])
    #expect(pool.statistics.busy == 0)
  }

  @Test func whatFollowsASavepointCanBeTakenBack() async throws {
    let pool = try await makePool()
    try await pool.withTransaction { transaction in
      _ = try await transaction.executeAll([insert(1), PostgresTransaction.savepoint, insert(2)])
      try await transaction.commit(executing: [insert(3), PostgresTransaction.rollbackToSavepoint, insert(4)])
    }
    #expect(try await numbers(pool) == [1, 4])
    try await pool.withTransaction { transaction in
      try await transaction.commit(
        executing: [PostgresTransaction.savepoint, insert(2), PostgresTransaction.releaseSavepoint]
      )
    }
    #expect(try await numbers(pool) == [1, 2, 4])
  }

  @Test func aFailedStatementCannotBeCommittedAway() async throws {
    let pool = try await makePool()
    let error = await #expect(throws: PostgresError.self) {
      try await pool.withTransaction { transaction in
        _ = try await transaction.execute(insert(1))
        _ = try? await transaction.execute(insert(1))
      }
    }
    #expect(error?.sqlState == "25P02")
    #expect(try await numbers(pool) == [])
  }

  @Test func commitRidesOnTheLastStatement() async throws {
    let pool = try await makePool()
    try await pool.withTransaction { transaction in
      _ = try await transaction.execute(insert(1))
      let results = try await transaction.commit(executing: [insert(2), insert(3)])
      #expect(results.map(\.affectedRows) == [1, 1])
      await #expect(throws: PostgresError.self) { try await transaction.execute(insert(4)) }
    }
    #expect(try await numbers(pool) == [1, 2, 3])
    await #expect(throws: PostgresError.self) {
      try await pool.withTransaction { transaction in
        _ = try await transaction.commit(executing: [insert(5), insert(1)])
      }
    }
    #expect(try await numbers(pool) == [1, 2, 3])
    #expect(pool.statistics.busy == 0)
  }

  @Test func aTransactionEndsWithItsClosure() async throws {
    let pool = try await makePool()
    let escaped = try await pool.withTransaction { $0 }
    let error = await #expect(throws: PostgresError.self) { try await escaped.execute(insert(1)) }
    #expect(error?.code == .closed)
  }

  @Test func concurrentStatementsAreInTheSameTransaction() async throws {
    let pool = try await makePool()
    await #expect(throws: Unhappy.self) {
      try await pool.withTransaction { transaction in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in Int32(1)...20 { group.addTask { _ = try await transaction.execute(insert(number)) } }
          try await group.waitForAll()
        }
        throw Unhappy()
      }
    }
    #expect(try await numbers(pool) == [])
  }

  @Test func modes() async throws {
    let pool = try await makePool()
    let level = PostgresQuery(sql: "SELECT current_setting('transaction_isolation')")
    let seen = try await pool.withTransaction(.serializable) {
      try await $0.execute(level)[0].decode(0, as: String.self)
    }
    #expect(seen == "serializable")
    let error = await #expect(throws: PostgresError.self) {
      try await pool.withTransaction(.readOnly) { _ = try await $0.execute(insert(1)) }
    }
    #expect(error?.sqlState == "25006")
  }

  @Test func tenThousandFromSixtyFourTasksWithoutALeak() async throws {
    let database = try await TestDatabase.make()
    let pool = database.pool {
      $0.size = 8
      $0.acquireTimeout = .seconds(60)
    }
    try await pool.executeScript("CREATE TABLE counters (id int4 PRIMARY KEY, total int8 NOT NULL)")
    try await pool.executeScript("INSERT INTO counters SELECT generate_series(0, 63), 0")
    let add = PostgresStatement(name: "add", sql: "UPDATE counters SET total = total + 1 WHERE id = $1")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for id in Int32(0)..<64 {
        group.addTask {
          var parameters = PostgresParameters()
          parameters.append(id)
          let query = PostgresQuery(add, parameters)
          for turn in 0..<157 {
            do {
              try await pool.withTransaction { transaction in
                _ = try await transaction.execute(query)
                if turn % 10 == 9 { throw Unhappy() }
              }
            } catch is Unhappy {}
          }
        }
      }
      try await group.waitForAll()
    }
    let sum = try await pool.execute(PostgresQuery(sql: "SELECT sum(total)::int8 FROM counters"))
    #expect(try sum[0].decode(0, as: Int64.self) == 64 * (157 - 15))
    let statistics = pool.statistics
    #expect(statistics.busy == 0)
    #expect(statistics.waiting == 0)
    #expect(statistics.acquireTimeouts == 0)
    #expect(statistics.idle + statistics.sharedConnections <= 8)
    let sessions = try await pool.execute(
      PostgresQuery(
        sql:
          "SELECT count(*), count(*) FILTER (WHERE state LIKE 'idle in transaction%') FROM pg_stat_activity WHERE datname = $1",
        database.name
      )
    )
    #expect(try sessions[0].decode(0, as: Int64.self) <= 8)
    #expect(try sessions[0].decode(1, as: Int64.self) == 0)
  }
}
