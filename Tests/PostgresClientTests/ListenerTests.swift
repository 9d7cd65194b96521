import Logging
import PostgresClient
import TestSupport
import Testing

@Suite struct ListenerTests {
  @Test func notificationsArriveInOrder() async throws {
    let database = try await TestDatabase.make()
    let channel = "E-mails \"quoted\""
    let listener = PostgresListener(
      database.configuration,
      channels: [channel, "other"],
      logger: Logger(label: "tests")
    )
    let pool = database.pool()
    try await within(.seconds(20)) {
      var events = listener.makeAsyncIterator()
      #expect(await events.next() == .listening)
      for number in 0..<100 {
        _ = try await pool.execute(PostgresQuery(sql: "SELECT pg_notify($1, $2)", channel, "ü \(number)"))
      }
      for number in 0..<100 {
        #expect(await events.next() == .notification(channel: channel, payload: "ü \(number)"))
      }
      try await pool.executeScript("NOTIFY other")
      #expect(await events.next() == .notification(channel: "other", payload: ""))
    }
  }

  @Test func itReconnects() async throws {
    let postgres = try await PrivatePostgres.start()
    let configuration = PostgresPoolConfiguration(connectionString: postgres.connectionString())
    let listener = PostgresListener(configuration, channels: ["mails"], logger: Logger(label: "tests"))
    try await within(.seconds(60)) {
      var events = listener.makeAsyncIterator()
      #expect(await events.next() == .listening)
      try await postgres.kill()
      try await postgres.restart()
      #expect(await events.next() == .listening)
      try await postgres.execute("NOTIFY mails, 'again'")
      #expect(await events.next() == .notification(channel: "mails", payload: "again"))
    }
    try await postgres.stop()
  }

  @Test func itsConnectionEndsWithTheIteration() async throws {
    let database = try await TestDatabase.make()
    let observer = try await database.connection()
    let listeners = PostgresQuery(
      sql: "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE '%listener'",
      database.name
    )
    do {
      let listener = PostgresListener(database.configuration, channels: ["x"], logger: Logger(label: "tests"))
      for await event in listener {
        #expect(event == .listening)
        #expect(try await observer.execute(listeners)[0].decode(0, as: Int64.self) == 1)
        break
      }
    }
    try await eventually { try await observer.execute(listeners)[0].decode(0, as: Int64.self) == 0 }
  }

  @Test func aDedicatedConnectionTellsOfItsEnd() async throws {
    let database = try await TestDatabase.make()
    let connection = try await database.connection()
    let pool = database.pool()
    #expect(await connection.check())
    let end = Task { await connection.waitUntilClosed() }
    _ = try await pool.execute(
      PostgresQuery(sql: "SELECT pg_terminate_backend($1)", connection.backendProcessID)
    )
    try await within(.seconds(10)) { await end.value }
    #expect(connection.isClosed)
    let error = await #expect(throws: PostgresError.self) {
      try await connection.execute(PostgresQuery(sql: "SELECT 1"))
    }
    #expect(error?.isUnavailable == true)
  }
}
