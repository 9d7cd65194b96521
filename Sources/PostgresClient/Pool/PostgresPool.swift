public import Logging
internal import NIOConcurrencyHelpers
internal import Synchronization
internal import SystemPrimitives

/// A bounded set of connections to one database.
///
/// Connections are made when they are needed and replaced when they die; a caller that finds none free waits, first
/// come, first served, up to the acquire time-out. Look-ups do not lease a connection: they use the shared ones.
public final class PostgresPool: PostgresExecutor {
  typealias Waiter = UnsafeContinuation<Result<PipelinedConnection, PostgresError>, Never>

  /// The number of look-ups, half a batch, that may wait on one shared connection before the next one is used.
  private static let backlogLimit = ConnectionState.largestBatch / 2

  /// The time after which a look-up that was lost with its connection is not repeated.
  private static let longestWaitBeforeRepeating = Duration.seconds(1)

  let configuration: PostgresPoolConfiguration
  let logger: Logger
  let state: NIOLockedValueBox<PoolState<PipelinedConnection, Waiter>>
  let sharedConnections: [SharedConnection]
  private let lastWaiterID = Atomic<UInt64>(0)
  private let statements = StatementCounter()
  let lastDiscard = NIOLockedValueBox<MonotonicTime?>(nil)
  private let clock = PoolTimer()

  public init(_ configuration: PostgresPoolConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    state = NIOLockedValueBox(PoolState(capacity: configuration.leaseCount))
    sharedConnections = (0..<configuration.sharedConnectionCount).map { _ in SharedConnection() }
    clock.start(self)
  }

  deinit {
    clock.stop()
    endAll()
  }

  // MARK: Queries

  /// Runs one statement, which commits by itself. Look-ups use a shared connection.
  public func execute(_ query: PostgresQuery) async throws(PostgresError) -> PostgresResult {
    if query.statement.isLookup, let outcome = await lookup(query) { return try outcome.get() }
    return try await lease { connection in await connection.run([query]) }.onlyResult
  }

  /// Runs all statements in one round trip and one transaction: all of them, or none.
  public func executeAtomically(
    _ queries: [PostgresQuery]
  ) async throws(PostgresError) -> [PostgresResult] {
    return try await lease { connection in await connection.run(queries) }.get()
  }

  /// Runs plain SQL without parameters, also several statements, on a connection that is closed afterwards: what a
  /// script sets (SET, LISTEN, temporary tables) must not affect the next caller.
  public func executeScript(_ sql: String) async throws(PostgresError) {
    _ = try await lease { connection in
      do throws(PostgresError) {
        try connection.checkScript()
      } catch {
        return PipelineRequest.Outcome(error: error)
      }
      connection.retire()
      return await connection.runScript(sql)
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
    let connection = try await acquire()
    defer { release(connection) }
    return try await connection.withTransaction(mode, observer: observer, body)
  }

  /// Lends one connection for the duration of `body`.
  public nonisolated(nonsending) func withConnection<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    let connection = try await acquire()
    let lent = PostgresConnection(connection)
    defer {
      lent.endLease()
      release(connection)
    }
    return try await body(lent)
  }

  // MARK: Look-ups

  /// Returns nil if no shared connection could give a result; as the query only reads, it can then be run again.
  ///
  /// Who has waited in vain behind a batch that the server did not reply to is not made to wait as long once more.
  private func lookup(_ query: PostgresQuery) async -> Lookup.Outcome? {
    guard let connection = openSharedConnection() else { return nil }
    let start = MonotonicTime.now
    let outcome = await connection.lookup(query)
    guard case .failure(let error) = outcome else { return outcome }
    // The connection was given up while the look-up waited.
    if error.code == .closed { return nil }
    // On these connections writes are off: a statement that writes is no look-up, and must not be run elsewhere.
    let isLost = error.endsConnection || (error.endsSession && !error.isReadOnlySession)
    return isLost && .now < start + Self.longestWaitBeforeRepeating ? nil : outcome
  }

  /// Returns the first shared connection whose queue is short, else the one with the shortest.
  ///
  /// A few connections with large batches cost less than many with small ones.
  private func openSharedConnection() -> PipelinedConnection? {
    var shortest: PipelinedConnection?
    for shared in sharedConnections {
      switch shared.claim() {
      case .open(let connection):
        if connection.backlog <= Self.backlogLimit { return connection }
        if connection.backlog < shortest?.backlog ?? .max { shortest = connection }
      case .unavailable: break
      case .mustConnect: Task { await connect(shared) }
      }
    }
    return shortest
  }

  /// Makes the first shared connection if there is none and none is being made.
  ///
  /// A look-up that finds none is run on a leased connection while the shared ones are made: several at once, as a
  /// service asks when it starts, would have a connection made for each.
  func connectFirstShared() async {
    if let first = sharedConnections.first, case .mustConnect = first.claim() { await connect(first) }
  }

  private func connect(_ shared: SharedConnection) async {
    let events = ConnectionEvents(
      closed: { [weak shared] connection in shared?.closed(connection) },
      statements: statements
    )
    do {
      shared.connected(try await PipelinedConnection.open(configuration, isReadOnly: true, events: events))
    } catch {
      shared.connectFailed()
      logger.warning("cannot connect to the database", metadata: ["error": "\(error)"])
    }
  }

  // MARK: Leases

  private func lease(
    _ body: (PipelinedConnection) async -> PipelineRequest.Outcome
  ) async throws(PostgresError) -> PipelineRequest.Outcome {
    let connection = try await acquire()
    let outcome = await body(connection)
    release(connection)
    return outcome
  }

  private func acquire() async throws(PostgresError) -> PipelinedConnection {
    while true {
      switch state.withLockedValue({ $0.acquire(.now) }) {
      case .lent(let connection):
        // It may have been lost a moment ago.
        if !connection.isClosed { return connection }
        release(connection)
      case .refused(let error): throw error.of(configuration.database)
      case .mustWait:
        switch await wait() {
        case .success(let connection): return connection
        case .failure(let error): throw error.of(configuration.database)
        }
      }
    }
  }

  private func wait() async -> Result<PipelinedConnection, PostgresError> {
    let id = lastWaiterID.wrappingAdd(1, ordering: .relaxed).newValue
    let deadline = MonotonicTime.now + configuration.acquireTimeout
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in enqueue(continuation, id: id, deadline: deadline) }
    } onCancel: {
      let waiter = state.withLockedValue { $0.withdraw(id) }
      waiter?.resume(returning: .failure(PostgresError(.cancelled)))
    }
  }

  private func enqueue(_ waiter: Waiter, id: UInt64, deadline: MonotonicTime) {
    let actions: [PoolState<PipelinedConnection, Waiter>.Action] = state.withLockedValue { state in
      // A cancellation before this line found no waiter to withdraw.
      if Task.isCancelled { return [.refuse(waiter, PostgresError(.cancelled))] }
      switch state.acquire(.now) {
      case .lent(let connection): return [.lend(connection, to: waiter)]
      case .refused(let error): return [.refuse(waiter, error)]
      case .mustWait: return state.enqueue(waiter, id: id, .now, deadline: deadline)
      }
    }
    perform(actions)
    Reactor.shared.watchDeadlines()
  }

  /// - Parameter since: when it was used last, if that is not now.
  func release(_ connection: PipelinedConnection, unusedSince since: MonotonicTime? = nil) {
    if connection.isReadOnlySession { discardUnused() }
    let now = MonotonicTime.now
    let isReusable = connection.isReusable && !connection.isOld(now)
    perform(
      state.withLockedValue { $0.release(connection, isReusable: isReusable, unusedSince: since, now) }
    )
  }

  /// Closes the connections that nobody uses, since the server at their other end has stopped taking writes, or its
  /// schema has changed: after a failover new ones lead to another server, and new ones are judged anew.
  func discardUnused() {
    perform(state.withLockedValue { $0.discardIdle() })
    for shared in sharedConnections { shared.discard() }
  }

  func perform(_ actions: [PoolState<PipelinedConnection, Waiter>.Action]) {
    for action in actions {
      switch action {
      case .connect: Task { await connect() }
      case .lend(let connection, to: let waiter): waiter.resume(returning: .success(connection))
      case .refuse(let waiter, let error): waiter.resume(returning: .failure(error))
      case .close(let connection): connection.close()
      }
    }
  }

  private func connect() async {
    let events = ConnectionEvents(
      closed: { [weak self] connection in
        guard let self else { return }
        _ = self.state.withLockedValue { $0.takeIdle(connection) }
      },
      statements: statements
    )
    do {
      let connection = try await PipelinedConnection.open(configuration, events: events)
      perform(state.withLockedValue { $0.connected(connection, .now) })
    } catch {
      logger.warning("cannot connect to the database", metadata: ["error": "\(error)"])
      let jitter = Double.random(in: 0...1)
      perform(state.withLockedValue { $0.connectFailed(error, .now, jitter: jitter) })
    }
  }

  // MARK: Statistics and shutdown

  public var statistics: PostgresPoolStatistics {
    var statistics = state.withLockedValue { $0.statistics }
    statistics.size = configuration.size
    statistics.sharedConnections = sharedConnections.count { $0.isOpen }
    statistics.statements = statements.count
    return statistics
  }

  /// Refuses new calls; closes idle and shared connections at once, and leased ones when they come back.
  public func shutdown() async { endAll() }

  private func endAll() {
    perform(state.withLockedValue { $0.shutDown() })
    for shared in sharedConnections { shared.shutDown() }
  }
}
