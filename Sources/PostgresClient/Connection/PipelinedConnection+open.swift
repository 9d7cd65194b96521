internal import CLibPQ
internal import SystemPrimitives

extension PipelinedConnection {
  /// Connects, without holding a thread of the cooperative pool.
  ///
  /// A database that `PostgresPoolConfiguration.admissions` refuse is as good as out of reach.
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
        continuation.resume(returning: .failure(.unavailable(OutageReason("connecting takes too long"))))
      }
    }
    let socket: LibPQConnection
    switch handshake {
    case .success(let made): socket = made
    case .failure(let error): throw error.of(configuration.database)
    }
    let connection = PipelinedConnection(socket, configuration, events: events)
    do throws(PostgresError) {
      try await connection.prepareSession(configuration, isReadOnly: isReadOnly)
    } catch {
      connection.close()
      throw (error.code == .sessionIsShared ? error : error.recoded(.unavailable)).of(configuration.database)
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
      throw PostgresError.unavailable(OutageReason("the server is a standby"))
    }
    let settings = SessionSettings(configuration, isReadOnly: isReadOnly)
    // A pooler makes up the number that it gives its clients: they cancel by it, and it passes that on.
    if try row.decode(0, as: Int32.self) != backendProcessID {
      setTransactionSettings(settings.ofEachTransaction)
    } else if let error = await runScript(settings.ofSession, isCancellable: false, silenceLimit: limit).error
    {
      throw error
    }
    for admission in configuration.admissions {
      let outcome = await run([admission.query], isCancellable: false, silenceLimit: limit)
      try admission.judge(outcome)
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
    guard let pointer else { return .failure(.unavailable(OutageReason("out of memory"))) }
    let connection = LibPQConnection(owning: pointer)
    if let error = connection.failureToConnect() { return .failure(error) }
    guard PQsetnonblocking(pointer, 1) == 0 else {
      return .failure(.unavailable(libpq: connection.errorMessage))
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
