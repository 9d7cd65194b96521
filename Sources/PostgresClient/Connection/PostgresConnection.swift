public import Logging
internal import Synchronization

/// One connection: dedicated (for advisory locks, migrations, leader election), or lent by a pool.
public final class PostgresConnection: PostgresExecutor {
  private let session: Session
  private let isLent: Bool
  private let isOver = Atomic(false)
  /// For those who wait for the end.
  private let end: EndOfSession?

  /// A connection that a pool lends.
  init(_ session: Session) {
    self.session = session
    isLent = true
    end = nil
  }

  private init(dedicated session: Session, end: EndOfSession) {
    self.session = session
    isLent = false
    self.end = end
  }

  deinit { if !isLent { session.close() } }

  /// Connects outside of any pool. Of the configuration, what concerns pools is ignored.
  ///
  /// - Throws: `.unavailable`.
  public static func connect(
    _ configuration: PostgresPoolConfiguration,
    logger: Logger
  ) async throws(PostgresError) -> PostgresConnection {
    try await connect(configuration, logger: logger, received: { _ in })
  }

  static func connect(
    _ configuration: PostgresPoolConfiguration,
    logger: Logger,
    received: @escaping @Sendable (PostgresNotification) -> Void
  ) async throws(PostgresError) -> PostgresConnection {
    let end = EndOfSession()
    let events = SessionEvents(closed: { _ in end.happened() }, received: received)
    let session = try await Session.open(configuration, events: events)
    logger.debug("connected", metadata: ["backend_pid": "\(session.backendProcessID)"])
    return PostgresConnection(dedicated: session, end: end)
  }

  /// The server's process for this connection, `pg_stat_activity.pid`.
  public var backendProcessID: Int32 { session.backendProcessID }
  public var isClosed: Bool { isOver.load(ordering: .acquiring) || session.isClosed }

  public func execute(_ query: PostgresQuery) async throws(PostgresError) -> PostgresResult {
    try checkOpen()
    return try await session.run([query]).onlyResult
  }

  /// Runs all statements in one round trip and one transaction: all of them, or none.
  public func executeAtomically(
    _ queries: [PostgresQuery]
  ) async throws(PostgresError) -> [PostgresResult] {
    try checkOpen()
    return try await session.run(queries).get()
  }

  /// Runs plain SQL without parameters, also several statements.
  public func executeScript(_ sql: String) async throws(PostgresError) {
    try checkOpen()
    session.retire()
    _ = try await session.runScript(sql).get()
  }

  /// What to put into `ALTER ROLE … PASSWORD '…'` instead of a password: PostgreSQL's verifier for SCRAM-SHA-256 (RFC 5803, RFC 7677),
  /// with a fresh random salt. The password itself then never reaches the server, whose log may show statements.
  ///
  /// libpq computes it in this process and sends nothing, which takes the calling thread a few milliseconds. The connection must not be
  /// executing anything meanwhile. The result has no character that means anything in an SQL literal.
  ///
  /// - Parameter password: without zero bytes, where libpq's copy would end.
  /// - Throws: `.closed`; `.unavailable` if libpq has no memory or no random numbers.
  public func encrypt(password: String, forRole role: String) throws(PostgresError) -> String {
    try checkOpen()
    return try session.encrypt(password: password, user: role)
  }

  /// Commits when `body` returns, rolls back when it throws or the task is cancelled.
  public nonisolated(nonsending) func withTransaction<Value: Sendable>(
    _ mode: PostgresTransactionMode = .readCommitted,
    _ body: (PostgresTransaction) async throws -> Value
  ) async throws -> Value {
    try checkOpen()
    return try await session.withTransaction(mode, body)
  }

  /// Returns when a dedicated connection has ended, for whatever reason, or the task is cancelled.
  public func waitUntilClosed() async { await end?.wait() }

  /// Whether the server answers within the limit; if not, the connection is closed.
  public func check(limit: Duration = .seconds(2)) async -> Bool {
    await session.run([], isCancellable: false, silenceLimit: limit).error == nil
  }

  /// Ends a dedicated connection; one lent by a pool goes back when its closure ends.
  public func close() async { if !isLent { session.close() } }

  func endLease() { isOver.store(true, ordering: .releasing) }

  private func checkOpen() throws(PostgresError) {
    if isOver.load(ordering: .acquiring) { throw PostgresError(.closed) }
  }
}

/// The event of a session's end, for any number of tasks that wait for it.
final class EndOfSession: Sendable {
  private struct State {
    var hasHappened = false
    var lastID = 0
    var waiting: [Int: UnsafeContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  func happened() {
    let waiting = state.withLock { state in
      state.hasHappened = true
      defer { state.waiting.removeAll() }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns also when the task is cancelled.
  func wait() async {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    await withTaskCancellationHandler {
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        let isOver = state.withLock { state in
          // A cancellation before this line has found nobody to resume.
          if state.hasHappened || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
      continuation?.resume()
    }
  }
}
