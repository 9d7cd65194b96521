public import Logging
internal import Synchronization

/// A bounded set of connections to one database.
///
/// Connections are made when they are needed and replaced when they die; whoever finds none free waits, first come,
/// first served, up to the acquire time-out. Look-ups do not lease a connection: they share lanes.
public final class PostgresPool: PostgresExecutor {
  typealias Waiter = UnsafeContinuation<Result<Session, PostgresError>, Never>

  /// So many look-ups may wait for the batch under way before the next lane is used: half a batch.
  private static let comfortableBacklog = SessionState.largestBatch / 2

  let configuration: PostgresPoolConfiguration
  let logger: Logger
  let state: Mutex<PoolState<Session, Waiter>>
  let lanes: [Lane]
  private let lastWaiterID = Atomic<UInt64>(0)
  private let statements = StatementCounter()
  private let clock = PoolClock()

  public init(_ configuration: PostgresPoolConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    state = Mutex(PoolState(capacity: configuration.leaseCount))
    lanes = (0..<configuration.laneCount).map { _ in Lane() }
    clock.start(self)
  }

  deinit {
    clock.stop()
    endAll()
  }

  // MARK: Queries

  /// Runs one statement, which commits by itself. Look-ups travel on the lanes.
  public func execute(_ query: PostgresQuery) async throws(PostgresError) -> PostgresResult {
    if query.statement.isLookup, let outcome = await lookup(query) { return try outcome.get() }
    return try await lease { session in await session.run([query]) }.onlyResult
  }

  /// Runs all statements in one round trip and one transaction: all of them, or none.
  public func executeAtomically(
    _ queries: [PostgresQuery]
  ) async throws(PostgresError) -> [PostgresResult] {
    return try await lease { session in await session.run(queries) }.get()
  }

  /// Runs plain SQL without parameters, also several statements, in a session that is closed afterwards: what a
  /// script sets (SET, LISTEN, temporary tables) must not surprise the next caller.
  public func executeScript(_ sql: String) async throws(PostgresError) {
    _ = try await lease { session in
      session.retire()
      return await session.runScript(sql)
    }.get()
  }

  /// Runs `body` in a transaction: commits when it returns, rolls back when it throws or the task is cancelled.
  ///
  /// - Throws: what `body` throws; `PostgresError` if there is no connection or COMMIT fails.
  public nonisolated(nonsending) func withTransaction<Value: Sendable>(
    _ mode: PostgresTransactionMode = .readCommitted,
    observer: PostgresTransactionObserver? = nil,
    _ body: (PostgresTransaction) async throws -> Value
  ) async throws -> Value {
    let session = try await acquire()
    defer { release(session) }
    return try await session.withTransaction(mode, observer: observer, body)
  }

  /// Lends one connection for the duration of `body`.
  public nonisolated(nonsending) func withConnection<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    let session = try await acquire()
    let connection = PostgresConnection(session)
    defer {
      connection.endLease()
      release(session)
    }
    return try await body(connection)
  }

  // MARK: Look-ups

  /// Nil if no lane could answer, which does the query no harm: it only reads.
  private func lookup(_ query: PostgresQuery) async -> Lookup.Outcome? {
    guard let session = openLane() else { return nil }
    let outcome = await session.lookup(query)
    if case .failure(let error) = outcome, error.endsSession { return nil }
    return outcome
  }

  /// The first lane whose queue is short: few lanes with large batches cost less than many with small ones.
  private func openLane() -> Session? {
    var shortest: Session?
    for lane in lanes {
      switch lane.visit() {
      case .open(let session):
        if session.backlog <= Self.comfortableBacklog { return session }
        if session.backlog < shortest?.backlog ?? .max { shortest = session }
      case .notNow: break
      case .mustConnect: Task { await fill(lane) }
      }
    }
    return shortest
  }

  private func fill(_ lane: Lane) async {
    let events = SessionEvents(
      closed: { [weak lane] session in lane?.closed(session) },
      statements: statements
    )
    do {
      lane.connected(try await Session.open(configuration, isReadOnly: true, events: events))
    } catch {
      lane.connectFailed()
      logger.warning("cannot connect to the database", metadata: ["error": "\(error)"])
    }
  }

  // MARK: Leases

  private func lease(
    _ body: (Session) async -> Exchange.Outcome
  ) async throws(PostgresError) -> Exchange.Outcome {
    let session = try await acquire()
    let outcome = await body(session)
    release(session)
    return outcome
  }

  private func acquire() async throws(PostgresError) -> Session {
    while true {
      switch state.withLock({ $0.acquire(.now) }) {
      case .lent(let session):
        // It may have died a moment ago.
        if !session.isClosed { return session }
        release(session)
      case .refused(let error): throw error
      case .mustWait: return try await wait().get()
      }
    }
  }

  private func wait() async -> Result<Session, PostgresError> {
    let id = lastWaiterID.wrappingAdd(1, ordering: .relaxed).newValue
    let deadline = MonotonicTime.now + configuration.acquireTimeout
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in enqueue(continuation, id: id, deadline: deadline) }
    } onCancel: {
      let waiter = state.withLock { $0.withdraw(id) }
      waiter?.resume(returning: .failure(PostgresError(.cancelled)))
    }
  }

  private func enqueue(_ waiter: Waiter, id: UInt64, deadline: MonotonicTime) {
    let actions: [PoolState<Session, Waiter>.Action] = state.withLock { state in
      // A cancellation before this line has found nobody to withdraw.
      if Task.isCancelled { return [.refuse(waiter, PostgresError(.cancelled))] }
      switch state.acquire(.now) {
      case .lent(let session): return [.lend(session, to: waiter)]
      case .refused(let error): return [.refuse(waiter, error)]
      case .mustWait: return state.enqueue(waiter, id: id, .now, deadline: deadline)
      }
    }
    perform(actions)
    Reactor.shared.watchDeadlines()
  }

  func release(_ session: Session) {
    let isReusable = session.isReusable
    perform(state.withLock { $0.release(session, isReusable: isReusable, .now) })
  }

  func perform(_ actions: [PoolState<Session, Waiter>.Action]) {
    for action in actions {
      switch action {
      case .connect: Task { await connect() }
      case .lend(let session, to: let waiter): waiter.resume(returning: .success(session))
      case .refuse(let waiter, let error): waiter.resume(returning: .failure(error))
      case .close(let session): session.close()
      }
    }
  }

  private func connect() async {
    let events = SessionEvents(
      closed: { [weak self] session in
        guard let self else { return }
        _ = self.state.withLock { $0.takeIdle(session) }
      },
      statements: statements
    )
    do {
      let session = try await Session.open(configuration, events: events)
      perform(state.withLock { $0.connected(session, .now) })
    } catch {
      logger.warning("cannot connect to the database", metadata: ["error": "\(error)"])
      let jitter = Double.random(in: 0...1)
      perform(state.withLock { $0.connectFailed(error, .now, jitter: jitter) })
    }
  }

  // MARK: Life

  public var statistics: PostgresPoolStatistics {
    var statistics = state.withLock { $0.statistics }
    statistics.size = configuration.size
    statistics.lanes = lanes.count { $0.isOpen }
    statistics.statements = statements.count
    return statistics
  }

  /// Refuses new calls, ends idle connections and lanes at once and leased ones when they come back.
  public func shutdown() async { endAll() }

  private func endAll() {
    perform(state.withLock { $0.shutDown() })
    for lane in lanes { lane.shutDown() }
  }
}
