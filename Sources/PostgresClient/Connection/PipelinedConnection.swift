internal import NIOConcurrencyHelpers
internal import Synchronization
internal import SystemPrimitives

/// One connection to the server in libpq's pipeline mode, with a queue: requests of one caller each, and look-ups that
/// travel in batches.
///
/// The caller's thread sends, the reactor's thread receives; both under the lock, and no caller is resumed under it.
/// Look-ups wait in `pendingLookups`, which has a lock of its own, so that no look-up waits while another thread talks
/// to the server: the thread that holds the connection's lock submits them as well.
final class PipelinedConnection: ReactorClient {
  let events: ConnectionEvents
  let backendProcessID: Int32
  /// The moment from which the connection should be replaced; nil if it may live as long as it works.
  private let end: MonotonicTime?
  private let state: NIOLockedValueBox<ConnectionState>
  private let lastID = Atomic<UInt64>(0)
  private let lookupsWaiting = Atomic<Int>(0)
  /// True while a thread is in `step` or about to enter it. A thread that has set it looks for pending look-ups after
  /// it has been reset.
  private let isInStep = Atomic<Bool>(false)
  private let pendingLookups = PendingLookups()

  init(_ connection: LibPQConnection, _ configuration: PostgresPoolConfiguration, events: ConnectionEvents) {
    self.events = events
    backendProcessID = connection.backendProcessID
    // The connections of many processes, made in the same second, are not replaced in the same second.
    end = configuration.maximumAge.map { .now + $0 * Double.random(in: 0.9...1) }
    let socket = connection.socket
    state = NIOLockedValueBox(ConnectionState(connection, configuration, statements: events.statements))
    // Nothing arrives before something is sent, so the id is there in time; the lock makes sure.
    state.withLockedValue { state in state.reactorID = Reactor.shared.add(self, socket: socket) }
  }

  /// Changes the state under the lock, and completes calls after it; every change is made here.
  private func step<Result: Sendable>(_ body: (inout ConnectionState, inout [Completion]) -> Result) -> Result
  {
    var completions: [Completion] = []
    let result = step(&completions, body)
    for completion in completions { completion.resume() }
    return result
  }

  private func step<Result: Sendable>(
    _ completions: inout [Completion],
    _ body: (inout ConnectionState, inout [Completion]) -> Result
  ) -> Result {
    let (result, isClosed) = state.withLockedValue { state in
      begin(&state, &completions)
      return finish(&state, body(&state, &completions))
    }
    if isClosed { completions.append(.closed(self)) }
    submitIfPossible(&completions)
    return result
  }

  /// Submits the pending look-ups, unless another thread is in `step`, which then does it.
  ///
  /// The flag keeps a look-up from waiting for the lock while another thread talks to the server. It is set before the
  /// lock is taken, so that of several look-ups at the same moment one takes the lock and the others return.
  private func submitIfPossible(_ completions: inout [Completion]) {
    while pendingLookups.isUsed, !isInStep.exchange(true, ordering: .relaxed) {
      let isClosed = state.withLockedValue { state in
        begin(&state, &completions)
        return finish(&state, ()).isClosed
      }
      if isClosed { completions.append(.closed(self)) }
    }
  }

  private func begin(_ state: inout ConnectionState, _ completions: inout [Completion]) {
    isInStep.store(true, ordering: .relaxed)
    guard pendingLookups.isUsed else { return }
    state.submit(pendingLookups.takeAll(), &completions)
  }

  private func finish<Result: Sendable>(
    _ state: inout ConnectionState,
    _ result: Result
  ) -> (result: Result, isClosed: Bool) {
    defer { state.mustReportClose = false }
    isInStep.store(false, ordering: .relaxed)
    lookupsWaiting.store(state.lookupsWaiting, ordering: .relaxed)
    return (result, state.mustReportClose)
  }

  private func nextID() -> UInt64 { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

  // MARK: Look-ups

  /// Runs the query in the next batch; a cancelled task returns at once, and the result is dropped.
  func lookup(_ query: PostgresQuery) async -> Lookup.Outcome {
    let id = nextID()
    // Unsafe continuations because this is the hot path; each is kept in one place, and taken out to be resumed.
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        submit(Lookup(id: id, query: query, continuation: continuation))
      }
    } onCancel: {
      step { state, completions in
        // It may just have been added, which the number of pending look-ups does not show yet.
        state.submit(pendingLookups.takeAll(), &completions)
        state.cancelLookup(id, &completions)
      }
    }
  }

  private func submit(_ lookup: Lookup) {
    guard pendingLookups.put(lookup) else {
      lookup.continuation?.resume(returning: .failure(PostgresError(.cancelled)))
      return
    }
    var completions: [Completion] = []
    submitIfPossible(&completions)
    for completion in completions { completion.resume() }
    Reactor.shared.watchDeadlines()
  }

  // MARK: Requests

  /// Runs the queries with one Sync.
  func run(
    _ queries: [PostgresQuery],
    begin: PostgresQuery? = nil,
    isCommit: Bool = false,
    isCancellable: Bool = true,
    silenceLimit: Duration? = nil
  ) async -> PipelineRequest.Outcome {
    var request = PipelineRequest(id: nextID(), work: .queries(queries), begin: begin)
    request.isCommit = isCommit
    request.silenceLimit = silenceLimit
    return await run(request, isCancellable: isCancellable)
  }

  func runScript(
    _ sql: String,
    begin: PostgresQuery? = nil,
    isCancellable: Bool = true,
    silenceLimit: Duration? = nil
  ) async -> PipelineRequest.Outcome {
    if let begin {
      let outcome = await run([], begin: begin, isCancellable: isCancellable)
      if outcome.error != nil { return outcome }
    }
    var request = PipelineRequest(id: nextID(), work: .script(sql))
    request.silenceLimit = silenceLimit
    return await run(request, isCancellable: isCancellable)
  }

  /// A cancelled task returns when the server has confirmed, or when the connection is given up.
  private func run(_ request: PipelineRequest, isCancellable: Bool) async -> PipelineRequest.Outcome {
    guard isCancellable else {
      return await withUnsafeContinuation { submit(request, $0, isCancellable: false) }
    }
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { submit(request, $0, isCancellable: true) }
    } onCancel: {
      cancel(request.id)
    }
  }

  private func submit(
    _ request: PipelineRequest,
    _ continuation: UnsafeContinuation<PipelineRequest.Outcome, Never>,
    isCancellable: Bool
  ) {
    var request = request
    request.continuation = continuation
    step { state, completions in
      if isCancellable, Task.isCancelled {
        completions.append(.request(continuation, PipelineRequest.Outcome(error: PostgresError(.cancelled))))
      } else {
        state.submit(request, &completions)
      }
    }
    Reactor.shared.watchDeadlines()
  }

  private func cancel(_ id: UInt64) {
    guard let request = step({ state, completions in state.cancelRequest(id, &completions) }) else { return }
    Reactor.shared.watchDeadlines()
    BlockingThreads.cancelling.run {
      request.send()
      self.step { state, completions in state.cancelDelivered(id, &completions) }
    }
  }

  // MARK: The reactor's calls

  func socketIsReady(_ completions: inout [Completion]) {
    step(&completions) { state, completions in state.socketIsReady(self, &completions) }
  }

  func timeHasPassed(_ now: MonotonicTime, _ completions: inout [Completion]) -> Bool {
    step(&completions) { state, completions in state.timeHasPassed(now, &completions) }
  }

  // MARK: State

  /// The number of look-ups that waited for the next batch a moment ago.
  var backlog: Int { lookupsWaiting.load(ordering: .relaxed) + pendingLookups.count }

  /// True if another caller can use it: nothing in flight, no transaction open, no cancellation or setting left over.
  var isReusable: Bool { state.withLockedValue { $0.isReusable } }
  var isClosed: Bool { state.withLockedValue { $0.connection == nil } }
  /// True if the connection has reached its greatest age.
  func isOld(_ now: MonotonicTime) -> Bool { end.map { $0 <= now } ?? false }
  var isInTransaction: Bool { state.withLockedValue { $0.connection?.isInTransaction ?? false } }
  var isInFailedTransaction: Bool { state.withLockedValue { $0.connection?.isInFailedTransaction ?? false } }
  var isReadOnlySession: Bool { state.withLockedValue { $0.isReadOnlySession } }
  /// True if a pooler is in between, which may hand the session to others after each transaction.
  var isPooled: Bool { state.withLockedValue { $0.transactionSettings != nil } }
  var closeReason: PostgresError? { state.withLockedValue { $0.closeReason } }

  func encrypt(password: String, user: String) throws(PostgresError) -> String {
    let (isOpen, encrypted) = state.withLockedValue { state in
      (state.connection != nil, state.connection?.encrypt(password: password, user: user))
    }
    guard isOpen else { throw PostgresError(.closed) }
    guard let encrypted else {
      throw PostgresError.unavailable(OutageReason("libpq could not encrypt a password"))
    }
    return encrypted
  }

  /// Begins each transaction with these settings from now on; nil if they are the session's.
  func setTransactionSettings(_ query: PostgresQuery?) {
    state.withLockedValue { $0.transactionSettings = query }
  }

  /// Refuses scripts where other programs would get the session with all that they have set.
  func checkScript() throws(PostgresError) {
    if isPooled { throw PostgresError.sessionIsShared }
  }

  /// Keeps the connection from serving another caller after this one.
  func retire() { state.withLockedValue { $0.mustRetire = true } }

  func close() { step { state, completions in state.close(PostgresError(.closed), &completions) } }
}

/// The functions that a connection calls when it is closed or receives a notification, on the reactor's or a caller's
/// thread.
struct ConnectionEvents: Sendable {
  var closed: @Sendable (PipelinedConnection) -> Void = { _ in }
  var received: @Sendable (PostgresNotification) -> Void = { _ in }
  var statements = StatementCounter()
}

/// The number of statements that the connections of one pool have sent.
final class StatementCounter: Sendable {
  private let total = Atomic<Int>(0)

  var count: Int { total.load(ordering: .relaxed) }

  func add(_ count: Int) { total.add(count, ordering: .relaxed) }
}

/// One look-up that shares a connection's round trip with others.
struct Lookup {
  typealias Outcome = Result<PostgresResult, PostgresError>

  let id: UInt64
  let query: PostgresQuery
  /// Becomes nil once the caller has its result.
  var continuation: UnsafeContinuation<Outcome, Never>?
}

/// The look-ups that wait to be taken over by a connection whose lock another thread may hold.
///
/// None is forgotten: a thread that adds one looks afterwards whether another is at work on the connection, and a
/// thread that ends its work there looks in here afterwards. With a full barrier between the two steps on both sides,
/// at least one of them sees the other.
struct PendingLookups: ~Copyable, Sendable {
  private let lookups = NIOLockedValueBox<[Lookup]>([])
  private let size = Atomic<Int>(0)

  /// Adds a look-up, unless the current task is cancelled: then it returns false.
  ///
  /// A cancellation that came before this call found no look-up to cancel; a later one will find it here.
  func put(_ lookup: Lookup) -> Bool {
    lookups.withLockedValue { lookups in
      if Task.isCancelled { return false }
      lookups.append(lookup)
      size.store(lookups.count, ordering: .relaxed)
      return true
    }
  }

  /// The number of look-ups a moment ago.
  var count: Int { size.load(ordering: .relaxed) }

  /// Says whether there is any look-up, as seen after everything this thread has done before.
  var isUsed: Bool {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    return count > 0
  }

  func takeAll() -> [Lookup] {
    lookups.withLockedValue { lookups in
      defer {
        lookups = []
        size.store(0, ordering: .relaxed)
      }
      return lookups
    }
  }
}
