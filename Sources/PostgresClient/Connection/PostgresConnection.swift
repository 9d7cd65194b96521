public import Logging
internal import NIOConcurrencyHelpers
internal import Synchronization
internal import SystemPrimitives

/// One connection: outside of any pool (for advisory locks, migrations, leader election), or lent by a pool.
public final class PostgresConnection: PostgresExecutor {
  private let pipeline: PipelinedConnection
  private let isLent: Bool
  private let isReturned = Atomic(false)
  /// The signal of a dedicated connection's end.
  private let closeSignal: CloseSignal?

  /// A connection that a pool lends.
  init(_ pipeline: PipelinedConnection) {
    self.pipeline = pipeline
    isLent = true
    closeSignal = nil
  }

  private init(dedicated pipeline: PipelinedConnection, closeSignal: CloseSignal) {
    self.pipeline = pipeline
    isLent = false
    self.closeSignal = closeSignal
  }

  deinit { if !isLent { pipeline.close() } }

  /// Connects outside of any pool. Those parts of the configuration that concern pools are ignored.
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
    let closeSignal = CloseSignal()
    let events = ConnectionEvents(closed: { _ in closeSignal.fire() }, received: received)
    let pipeline = try await PipelinedConnection.open(configuration, events: events)
    if configuration.needsOwnSession, pipeline.isPooled {
      do throws(PostgresError) {
        if try await pipeline.sharesSession(configuration) { throw PostgresError.sessionIsShared }
        try await pipeline.adoptSession(configuration)
      } catch {
        pipeline.close()
        throw error
      }
    }
    logger.debug("connected", metadata: ["backend_pid": "\(pipeline.backendProcessID)"])
    return PostgresConnection(dedicated: pipeline, closeSignal: closeSignal)
  }

  /// The server's process for this connection, `pg_stat_activity.pid`.
  public var backendProcessID: Int32 { pipeline.backendProcessID }
  public var isClosed: Bool { isReturned.load(ordering: .acquiring) || pipeline.isClosed }
  /// True if the connection has reached the greatest age of its configuration.
  var isOld: Bool { pipeline.isOld(.now) }

  public func execute(_ query: PostgresQuery) async throws(PostgresError) -> PostgresResult {
    try checkOpen()
    return try await pipeline.run([query]).onlyResult
  }

  /// Runs all statements in one round trip and one transaction: all of them, or none.
  public func executeAtomically(
    _ queries: [PostgresQuery]
  ) async throws(PostgresError) -> [PostgresResult] {
    try checkOpen()
    return try await pipeline.run(queries).get()
  }

  /// Runs plain SQL without parameters, also several statements.
  public func executeScript(_ sql: String) async throws(PostgresError) {
    try checkOpen()
    if isLent { try pipeline.checkScript() }
    pipeline.retire()
    _ = try await pipeline.runScript(sql).get()
  }

  /// Makes what goes into `ALTER ROLE … PASSWORD '…'` instead of a password: PostgreSQL's verifier for SCRAM-SHA-256
  /// (RFC 5803, RFC 7677), with a fresh random salt. The password itself then never reaches the server, whose log may
  /// show statements.
  ///
  /// libpq computes it in this process and sends nothing, which takes the calling thread a few milliseconds. The
  /// connection must not be executing anything meanwhile. The result has no character that means anything in an SQL
  /// literal.
  ///
  /// - Parameter password: has no zero bytes, where libpq's copy would end.
  /// - Throws: `.closed`; `.unavailable` if libpq has no memory or no random numbers.
  public func encrypt(password: String, forRole role: String) throws(PostgresError) -> String {
    try checkOpen()
    return try pipeline.encrypt(password: password, user: role)
  }

  /// Commits when `body` returns, rolls back when it throws or the task is cancelled.
  public nonisolated(nonsending) func withTransaction<Value: Sendable>(
    _ mode: PostgresTransactionMode = .readCommitted,
    _ body: (PostgresTransaction) async throws -> Value
  ) async throws -> Value {
    try checkOpen()
    return try await pipeline.withTransaction(mode, body)
  }

  /// Returns when a dedicated connection has been closed, for whatever reason, or the task is cancelled.
  public func waitUntilClosed() async { await closeSignal?.wait() }

  /// Asks the server for a sign of life. If none comes within the limit, the connection is closed.
  public func check(limit: Duration = .seconds(2)) async -> Bool {
    await pipeline.run([], isCancellable: false, silenceLimit: limit).error == nil
  }

  /// Ends a dedicated connection; one lent by a pool goes back when its closure ends.
  public func close() async { if !isLent { pipeline.close() } }

  func endLease() { isReturned.store(true, ordering: .releasing) }

  private func checkOpen() throws(PostgresError) {
    if isReturned.load(ordering: .acquiring) { throw PostgresError(.closed) }
  }
}

extension PipelinedConnection {
  private static let backendStatement = PostgresStatement(sql: "SELECT pg_backend_pid()")

  /// Tells whether the pooler in between hands sessions to others, by asking on two connections which session they
  /// have: a session that both have had, or a connection that has had two sessions, proves it.
  ///
  /// The order of the questions finds it out for poolers that lend the session used last, as well as for those that
  /// lend each in turn. In session mode neither ever happens.
  fileprivate func sharesSession(_ configuration: PostgresPoolConfiguration) async throws(PostgresError)
    -> Bool
  {
    let other = try await Self.open(configuration)
    defer { other.close() }
    var seen: (own: Set<Int32>, other: Set<Int32>) = ([], [])
    for isOwn in [true, false, true, true, false, false, true, true] {
      do throws(PostgresError) {
        let pid = try await (isOwn ? self : other).backend()
        if isOwn { seen.own.insert(pid) } else { seen.other.insert(pid) }
      } catch {
        // A prepared statement that is gone, or somebody else's, is a proof as well: 26000, 42P05.
        if ["26000", "42P05"].contains(error.sqlState) { return true }
        throw error
      }
    }
    return seen.own.count > 1 || seen.other.count > 1 || !seen.own.isDisjoint(with: seen.other)
  }

  private func backend() async throws(PostgresError) -> Int32 {
    let result = try await run([PostgresQuery(Self.backendStatement)]).onlyResult
    guard let row = result.first else { throw .decoding("no session") }
    return try row.decode(0)
  }
}

/// The closing of a connection, as an event that any number of tasks can wait for.
final class CloseSignal: Sendable {
  private struct State {
    var hasFired = false
    var lastID = 0
    var waiting: [Int: UnsafeContinuation<Void, Never>] = [:]
  }

  private let state = NIOLockedValueBox(State())

  func fire() {
    let waiting = state.withLockedValue { state in
      state.hasFired = true
      defer { state.waiting.removeAll() }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns when the signal has fired or the task is cancelled.
  func wait() async {
    let id = state.withLockedValue { state in
      state.lastID += 1
      return state.lastID
    }
    await withTaskCancellationHandler {
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        let isOver = state.withLockedValue { state in
          // A cancellation before this line found no continuation to resume.
          if state.hasFired || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let continuation = state.withLockedValue { $0.waiting.removeValue(forKey: id) }
      continuation?.resume()
    }
  }
}
