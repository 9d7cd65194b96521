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
    let connection = PipelinedConnection(try handshake.get(), configuration, events: events)
    do throws(PostgresError) {
      try await connection.prepareSession(configuration, isReadOnly: isReadOnly)
    } catch {
      connection.close()
      throw error.code == .sessionIsShared ? error : error.recoded(.unavailable)
    }
    return connection
  }

  private static let sessionStatement = PostgresStatement(
    sql: "SELECT pg_backend_pid(), pg_is_in_recovery()"
  )

  /// Finds out what is at the other end, and makes the settings.
  private func prepareSession(
    _ configuration: PostgresPoolConfiguration,
    isReadOnly: Bool
  ) async throws(PostgresError) {
    let limit = configuration.connectTimeout
    let session = try await run(
      [PostgresQuery(Self.sessionStatement)],
      isCancellable: false,
      silenceLimit: limit
    )
    .onlyResult
    guard let row = session.first else { throw .decoding("no session") }
    if try row.decode(1, as: Bool.self), !configuration.acceptsStandby {
      throw PostgresError(.unavailable, "the server is a standby")
    }
    let settings = SessionSettings(configuration, isReadOnly: isReadOnly)
    // A pooler makes up the number that it gives its clients: they cancel by it, and it passes that on.
    if try row.decode(0, as: Int32.self) != backendProcessID {
      setTransactionSettings(settings.ofEachTransaction)
    } else if let error = await runScript(settings.ofSession, isCancellable: false, silenceLimit: limit).error
    {
      throw error
    }
  }

  /// Makes the settings for the session, which a pooler in session mode leaves to this connection alone.
  func adoptSession(_ configuration: PostgresPoolConfiguration) async throws(PostgresError) {
    setTransactionSettings(nil)
    let settings = SessionSettings(configuration, isReadOnly: false)
    let limit = configuration.connectTimeout
    let outcome = await runScript(settings.ofSession, isCancellable: false, silenceLimit: limit)
    if let error = outcome.error { throw error.recoded(.unavailable) }
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
      return .failure(PostgresError(.unavailable, explanation(connection.errorMessage)))
    }
    // libpq would write the server's notices to standard error.
    PQsetNoticeReceiver(pointer, { _, _ in }, nil)
    return .success(connection)
  }

  /// libpq's words, unless they repeat a part of the connection string: of a password with a slash it takes what is
  /// behind it for the port, and says so.
  private static func explanation(_ message: String) -> String {
    guard message.contains("connection option") else { return message }
    return "a value of the connection string is malformed; in a URI, percent-encode / # ? @ in passwords"
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

/// The run-time parameters that this module sets (PostgreSQL manual, "Client Connection Defaults").
///
/// They are the session's where the session is ours. A pooler in transaction mode hands sessions to others: there they
/// are set anew in each transaction, in the same round trip, and end with it.
private struct SessionSettings {
  private let values: [(name: String, value: String)]

  /// - Parameter isReadOnly: makes the server refuse writes.
  init(_ configuration: PostgresPoolConfiguration, isReadOnly: Bool) {
    var values = [("TimeZone", "UTC")]
    for (name, limit) in [
      ("statement_timeout", configuration.statementTimeout),
      ("idle_in_transaction_session_timeout", configuration.idleTransactionTimeout),
      ("idle_session_timeout", configuration.idleTimeout),
    ] where limit != .zero {
      values.append((name, "\(limit.millisecondsRoundedUp)"))
    }
    if configuration.prefersIndexes { values += [("enable_seqscan", "off"), ("enable_bitmapscan", "off")] }
    if isReadOnly { values.append(("default_transaction_read_only", "on")) }
    self.values = values
  }

  var ofSession: String { values.map { "SET \($0.name) = '\($0.value)';" }.joined() }

  var ofEachTransaction: PostgresQuery {
    let calls = values.compactMap { name, value -> String? in
      switch name {
      // The pooler's session, not ours.
      case "idle_session_timeout": nil
      case "default_transaction_read_only": "set_config('transaction_read_only', 'on', true)"
      default: "set_config('\(name)', '\(value)', true)"
      }
    }
    return PostgresQuery(
      PostgresStatement(name: "postgres_client_settings", sql: "SELECT " + calls.joined(separator: ", "))
    )
  }
}
