internal import CLibPQ
internal import SystemPrimitives

extension PipelinedConnection {
  /// Connects, without holding a thread of the cooperative pool.
  ///
  /// - Parameter isReadOnly: makes the server refuse writes, as it should on connections for look-ups.
  static func open(
    _ configuration: PostgresPoolConfiguration,
    isReadOnly: Bool = false,
    events: ConnectionEvents = ConnectionEvents()
  ) async throws(PostgresError) -> PipelinedConnection {
    let handshake = await withCheckedContinuation { continuation in
      BlockingThreads.connecting.run {
        continuation.resume(returning: connect(configuration))
      } orDrop: {
        continuation.resume(returning: .failure(PostgresError(.unavailable, "connecting takes too long")))
      }
    }
    let connection = PipelinedConnection(
      try handshake.get(),
      statementTimeout: configuration.statementTimeout,
      events: events
    )
    let settings = settings(configuration, isReadOnly: isReadOnly)
    let outcome = await connection.runScript(
      settings,
      isCancellable: false,
      silenceLimit: configuration.connectTimeout
    )
    if let error = outcome.error {
      connection.close()
      throw error.recoded(.unavailable)
    }
    return connection
  }

  private static func settings(_ configuration: PostgresPoolConfiguration, isReadOnly: Bool) -> String {
    var sql = "SET TimeZone = 'UTC';"
    for (name, limit) in [
      ("statement_timeout", configuration.statementTimeout),
      ("idle_in_transaction_session_timeout", configuration.idleTransactionTimeout),
      ("idle_session_timeout", configuration.idleTimeout),
    ] where limit != .zero {
      sql += "SET \(name) = \(limit.millisecondsRoundedUp);"
    }
    if configuration.prefersIndexes { sql += "SET enable_seqscan = off; SET enable_bitmapscan = off;" }
    if isReadOnly { sql += "SET default_transaction_read_only = on;" }
    return sql
  }

  /// Blocks for the look-up of the host's name and the handshake.
  private static func connect(
    _ configuration: PostgresPoolConfiguration
  ) -> Result<LibPQConnection, PostgresError> {
    let timeout = max(2, (configuration.connectTimeout.millisecondsRoundedUp + 999) / 1000)
    // A later keyword wins: the first ones are defaults for what the connection string leaves out.
    let keywords: [(String, String)] = [
      ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "15000"), ("connect_timeout", String(timeout)),
      ("application_name", configuration.applicationName),
      ("dbname", configuration.connectionString), ("client_encoding", "UTF8"),
    ]
    let pointer = withCStrings(keywords.map(\.0)) { names in
      withCStrings(keywords.map(\.1)) { values in PQconnectdbParams(names, values, 1) }
    }
    guard let pointer else { return .failure(PostgresError(.unavailable, "out of memory")) }
    let connection = LibPQConnection(owning: pointer)
    guard PQstatus(pointer) == CONNECTION_OK, PQsetnonblocking(pointer, 1) == 0 else {
      return .failure(PostgresError(.unavailable, connection.errorMessage))
    }
    // libpq would write the server's notices to standard error.
    PQsetNoticeReceiver(pointer, { _, _ in }, nil)
    return .success(connection)
  }

  private static func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
  ) -> Result {
    let joined = strings.flatMap { Array($0.utf8CString) }
    return joined.withUnsafeBufferPointer { bytes in
      var offset = 0
      var pointers: [UnsafePointer<CChar>?] = []
      for string in strings {
        pointers.append(bytes.baseAddress?.advanced(by: offset))
        offset += string.utf8CString.count
      }
      return body(pointers + [nil])
    }
  }
}
