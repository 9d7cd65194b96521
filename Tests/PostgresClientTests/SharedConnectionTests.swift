import PostgresClient
import Testing

@Suite struct SharedConnectionTests {
  private let divide = PostgresStatement(name: "divide", sql: "SELECT 100 / $1", isLookup: true)

  private func divide(by number: Int32) -> PostgresQuery {
    var parameters = PostgresParameters()
    parameters.append(number)
    return PostgresQuery(divide, parameters)
  }

  private func poolWithSharedConnection(_ database: TestDatabase) async throws -> PostgresPool {
    let pool = database.pool { $0.size = 4 }
    try await eventually {
      _ = try await pool.execute(divide(by: 1))
      return pool.statistics.sharedConnections == 1
    }
    return pool
  }

  @Test func anErrorInABatchHitsOnlyItsOwnCaller() async throws {
    let pool = try await poolWithSharedConnection(try await TestDatabase.make())
    for _ in 0..<20 {
      await withTaskGroup(of: Void.self) { group in
        for number in Int32(0)..<100 {
          group.addTask {
            let divisor = number % 10
            do {
              let result = try await pool.execute(divide(by: divisor))
              #expect(try result[0].decode(0, as: Int32.self) == 100 / divisor)
            } catch {
              #expect(divisor == 0)
              #expect((error as? PostgresError)?.sqlState == "22012")
            }
          }
        }
      }
    }
    #expect(pool.statistics.sharedConnections == 1)
  }

  @Test func aStatementThatCannotBePreparedHitsOnlyItsOwnCaller() async throws {
    let pool = try await poolWithSharedConnection(try await TestDatabase.make())
    let broken = PostgresQuery(
      PostgresStatement(name: "broken", sql: "SELECT * FROM nowhere", isLookup: true)
    )
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<100 {
        group.addTask {
          if number % 7 == 0 {
            let error = await #expect(throws: PostgresError.self) { try await pool.execute(broken) }
            #expect(error?.sqlState == "42P01")
          } else {
            await #expect(throws: Never.self) { try await pool.execute(divide(by: 3)) }
          }
        }
      }
    }
  }

  @Test func whatWritesIsNoLookup() async throws {
    let database = try await TestDatabase.make()
    let pool = try await poolWithSharedConnection(database)
    try await pool.executeScript("CREATE TABLE numbers (number int4)")
    let write = PostgresStatement(name: "write", sql: "INSERT INTO numbers VALUES (1)", isLookup: true)
    let error = await #expect(throws: PostgresError.self) { try await pool.execute(PostgresQuery(write)) }
    #expect(error?.sqlState == "25006")
  }

  @Test func aSharedConnectionThatDiesIsReplacedUnnoticed() async throws {
    let database = try await TestDatabase.make()
    let pool = try await poolWithSharedConnection(database)
    let observer = try await database.connection()
    let whoAmI = PostgresQuery(
      PostgresStatement(
        name: "who",
        sql: "SELECT pg_backend_pid(), current_setting('default_transaction_read_only') = 'on'",
        isLookup: true
      )
    )
    for _ in 0..<10 {
      try await eventually {
        _ = try await pool.execute(divide(by: 1))
        return pool.statistics.sharedConnections == 1
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<200 { group.addTask { _ = try await pool.execute(divide(by: 2)) } }
        // Whichever moment it hits, nobody sees it: look-ups are repeated once, on another connection.
        let answerer = try await pool.execute(whoAmI)[0]
        // Only sharedConnections are read-only; the one killed before may still be dying, and this answer another's.
        if try answerer.decode(1, as: Bool.self) {
          let backend: Int32 = try answerer.decode(0)
          _ = try await observer.execute(PostgresQuery(sql: "SELECT pg_terminate_backend($1)", backend))
        }
        try await group.waitForAll()
      }
    }
    try await eventually {
      _ = try await pool.execute(divide(by: 1))
      return pool.statistics.sharedConnections == 1
    }
  }

  @Test func aCancelledLookupLeavesAtOnce() async throws {
    let pool = try await poolWithSharedConnection(try await TestDatabase.make())
    let slow = PostgresQuery(
      PostgresStatement(name: "slow", sql: "SELECT pg_sleep(50)::text", isLookup: true)
    )
    let sent = pool.statistics.statements
    let task = Task { try await pool.execute(slow) }
    try await eventually { pool.statistics.statements > sent }
    task.cancel()
    let error = await #expect(throws: PostgresError.self) { try await task.value }
    #expect(error?.code == .cancelled, "and no answer, nor a limit that passed")
    #expect(try await pool.execute(divide(by: 5))[0].decode(0, as: Int32.self) == 20)
  }
}
