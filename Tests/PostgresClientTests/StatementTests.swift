import PostgresClient
import Testing

@Suite struct StatementTests {
  @Test func aStatementIsPreparedOnce() async throws {
    let database = try await TestDatabase.make()
    let statement = PostgresStatement(name: "add", sql: "SELECT $1 + 1")
    let connection = try await database.connection()
    for number in Int32(1)...3 {
      var parameters = PostgresParameters()
      parameters.append(number)
      let result = try await connection.execute(PostgresQuery(statement, parameters))
      #expect(try result[0].decode(0, as: Int32.self) == number + 1)
    }
    let known = try await connection.execute(
      PostgresQuery(sql: "SELECT count(*) FROM pg_prepared_statements WHERE name = 'add'")
    )
    #expect(try known[0].decode(0, as: Int64.self) == 1)
    await connection.close()
  }

  @Test func aStatementThatCannotBePreparedCanBeTriedAgain() async throws {
    let database = try await TestDatabase.make()
    let connection = try await database.connection()
    let query = PostgresQuery(PostgresStatement(name: "later", sql: "SELECT number FROM later"))
    let error = await #expect(throws: PostgresError.self) { try await connection.execute(query) }
    #expect(error?.sqlState == "42P01")
    try await connection.executeScript("CREATE TABLE later (number int4); INSERT INTO later VALUES (7)")
    #expect(try await connection.execute(query)[0].decode(0, as: Int32.self) == 7)
    await connection.close()
  }

  @Test func oneNameForTwoStatementsIsRefused() async throws {
    let database = try await TestDatabase.make()
    let connection = try await database.connection()
    _ = try await connection.execute(PostgresQuery(PostgresStatement(name: "same", sql: "SELECT 1")))
    let error = await #expect(throws: PostgresError.self) {
      try await connection.execute(PostgresQuery(PostgresStatement(name: "same", sql: "SELECT 2")))
    }
    #expect(error?.code == .misuse)
    await connection.close()
  }

  @Test func violationsNameTheirConstraint() async throws {
    let pool = try await TestDatabase.make().pool()
    try await pool.executeScript("CREATE TABLE people (email text CONSTRAINT people_email_key UNIQUE)")
    let insert = PostgresQuery(sql: "INSERT INTO people VALUES ($1)", "secret@example.test")
    #expect(try await pool.execute(insert).affectedRows == 1)
    let error = try #require(await #expect(throws: PostgresError.self) { try await pool.execute(insert) })
    #expect(error.isUniqueViolation())
    #expect(error.isUniqueViolation("people_email_key"))
    #expect(!error.isUniqueViolation("another"))
    #expect(!error.isUnavailable)
    #expect(!"\(error)".contains("secret"))
    #expect(error.debugDescription.contains("secret"))
  }

  @Test func atomicMeansAllOrNothing() async throws {
    let pool = try await TestDatabase.make().pool()
    try await pool.executeScript("CREATE TABLE numbers (number int4 PRIMARY KEY)")
    func insert(_ number: Int32) -> PostgresQuery {
      PostgresQuery(sql: "INSERT INTO numbers VALUES ($1)", number)
    }
    #expect(try await pool.executeAtomically([insert(1), insert(2)]).map(\.affectedRows) == [1, 1])
    await #expect(throws: PostgresError.self) {
      try await pool.executeAtomically([insert(3), insert(1), insert(4)])
    }
    let count = try await pool.execute(PostgresQuery(sql: "SELECT count(*) FROM numbers"))
    #expect(try count[0].decode(0, as: Int64.self) == 2)
  }

  @Test func scriptsMayHaveManyStatements() async throws {
    let pool = try await TestDatabase.make().pool()
    try await pool.executeScript("CREATE TABLE a (x int4); INSERT INTO a VALUES (1), (2); SELECT * FROM a")
    let error = await #expect(throws: PostgresError.self) {
      try await pool.executeScript("INSERT INTO a VALUES (3); SELECT 1 / 0; INSERT INTO a VALUES (4)")
    }
    #expect(error?.sqlState == "22012")
    let count = try await pool.execute(PostgresQuery(sql: "SELECT count(*) FROM a"))
    #expect(try count[0].decode(0, as: Int64.self) == 2)
  }

  @Test func copyIsRefusedAndThePoolGoesOn() async throws {
    let pool = try await TestDatabase.make().pool()
    await #expect(throws: PostgresError.self) { try await pool.executeScript("COPY (SELECT 1) TO STDOUT") }
    #expect(try await pool.execute(PostgresQuery(sql: "SELECT 1")).rowCount == 1)
  }
}
