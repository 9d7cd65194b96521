import Logging
import PostgresClient
import TestSupport
import Testing

/// A server that changes its mind about writes, and a replica of it.
@Suite struct ReadOnlySessionTests {
  private static let write = PostgresQuery(sql: "CREATE TABLE IF NOT EXISTS written (number INT)")

  private func pool(_ connectionString: String) -> PostgresPool {
    var configuration = PostgresPoolConfiguration(connectionString: connectionString)
    configuration.sharedConnections = 1
    configuration.acquireTimeout = .seconds(30)
    return PostgresPool(configuration, logger: Logger(label: "tests"))
  }

  @Test func aReadOnlySessionIsThrownAway() async throws {
    let postgres = try await PrivatePostgres.start()
    let pool = pool(postgres.connectionString())
    _ = try await pool.execute(Self.write)
    try await postgres.execute("ALTER SYSTEM SET default_transaction_read_only = on")
    try await postgres.execute("SELECT pg_reload_conf()")
    try await eventually { await pool.access() == .readOnly }
    let error = await #expect(throws: PostgresError.self) { try await pool.execute(Self.write) }
    #expect(error?.sqlState == "25006" && error?.isUnavailable == true)
    #expect(pool.statistics.idle == 0, "the session is not used again")
    try await postgres.execute("ALTER SYSTEM RESET default_transaction_read_only")
    try await postgres.execute("SELECT pg_reload_conf()")
    try await eventually { (try? await pool.execute(Self.write)) != nil }
    #expect(await pool.access(timeout: .seconds(20)) == .readWrite)
    await pool.shutdown()
    try await postgres.stop()
  }

  /// A proxy that leads to a standby from one moment to the next, while the connections to the proxy stay open; then to
  /// the standby after its promotion.
  @Test func aProxyThatFlipsToAStandby() async throws {
    let primary = try await PrivatePostgres.start()
    let standby = try await primary.startReplica()
    try await PrivatePgBouncer.run(.transaction, before: primary) { proxy in
      let pools = (1...3).map { _ in
        var configuration = PostgresPoolConfiguration(
          connectionString: proxy.connectionString(database: "postgres")
        )
        configuration.sharedConnections = 1
        configuration.acquireTimeout = .seconds(30)
        configuration.preparesStatements = false
        return PostgresPool(configuration, logger: Logger(label: "tests"))
      }
      for pool in pools { _ = try await pool.execute(Self.write) }
      try proxy.lead(to: standby)
      let observer = try await PostgresConnection.connect(
        {
          var configuration = PostgresPoolConfiguration(
            connectionString: proxy.connectionString(database: "postgres")
          )
          configuration.acceptsStandby = true
          configuration.preparesStatements = false
          return configuration
        }(),
        logger: Logger(label: "tests")
      )
      let isStandby = PostgresQuery(sql: "SELECT pg_is_in_recovery()")
      try await eventually { try await observer.execute(isStandby)[0].decode(0, as: Bool.self) }
      await observer.close()

      // A write, a transaction that a standby does not offer, and a look at the state: all throw the session away.
      let write = await #expect(throws: PostgresError.self) { try await pools[0].execute(Self.write) }
      #expect(write?.sqlState == "25006" && write?.isUnavailable == true)
      let serializable = await #expect(throws: PostgresError.self) {
        try await pools[1].withTransaction(.serializable) { transaction in
          _ = try await transaction.execute(PostgresQuery(sql: "SELECT 1"))
        }
      }
      #expect(serializable?.sqlState == "0A000" && serializable?.isUnavailable == true)
      #expect(await pools[2].access(timeout: .seconds(20)) != .readWrite)
      for pool in pools {
        #expect(pool.statistics.idle == 0)
        let refusal = await #expect(throws: PostgresError.self) { try await pool.execute(Self.write) }
        #expect(refusal?.reason == "the server is a standby")
        #expect(await pool.access(timeout: .seconds(20)) == .none("the server is a standby"))
      }

      try await primary.kill()
      try await standby.promote()
      for pool in pools {
        try await eventually { (try? await pool.execute(Self.write)) != nil }
        #expect(await pool.access(timeout: .seconds(20)) == .readWrite)
        await pool.shutdown()
      }
    }
    try await standby.stop()
  }

  @Test func aStandbyIsRefusedUnlessItIsWelcome() async throws {
    let primary = try await PrivatePostgres.start()
    let standby = try await primary.startReplica()
    let refusing = pool(standby.connectionString())
    let error = await #expect(throws: PostgresError.self) { try await refusing.execute(Self.write) }
    #expect(error?.code == .unavailable)
    #expect(await refusing.access() == .none("the server is a standby"))

    var configuration = PostgresPoolConfiguration(connectionString: standby.connectionString())
    configuration.acceptsStandby = true
    let welcoming = PostgresPool(configuration, logger: Logger(label: "tests"))
    #expect(await welcoming.access(timeout: .seconds(20)) == .readOnly)

    // libpq finds the server that takes writes, and the other one after a failover.
    let hosts =
      "host=\(standby.directoryOfSocket),\(primary.directoryOfSocket) port=\(standby.port),\(primary.port)"
    let either = pool("\(hosts) user=postgres dbname=postgres target_session_attrs=read-write")
    _ = try await either.execute(Self.write)
    try await primary.kill()
    try await standby.promote()
    try await eventually { (try? await either.execute(Self.write)) != nil }
    #expect(await either.access(timeout: .seconds(20)) == .readWrite)
    for pool in [refusing, welcoming, either] { await pool.shutdown() }
    try await standby.stop()
  }
}
