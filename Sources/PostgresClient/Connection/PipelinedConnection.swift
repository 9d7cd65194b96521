internal import Synchronization

/// One connection to the server, with a queue of work: exchanges for one caller each, and look-ups in batches.
///
/// The caller's thread sends, the reactor's thread receives; both under the lock, and nobody is resumed under it. Look-ups
/// wait in an inbox with a lock of its own, so that nobody waits while somebody else talks to the server: whoever has the
/// session's lock takes them along.
final class Session: ReactorClient {
  let events: SessionEvents
  let backendProcessID: Int32
  private let state: Mutex<SessionState>
  private let lastID = Atomic<UInt64>(0)
  private let lookupsWaiting = Atomic<Int>(0)
  /// Whether somebody takes a step at this moment: written with the lock, read without it.
  private let isInStep = Atomic<Bool>(false)
  private let inbox = LookupInbox()

  init(_ connection: LibPQConnection, statementTimeout: Duration, events: SessionEvents) {
    self.events = events
    backendProcessID = connection.backendProcessID
    let socket = connection.socket
    state = Mutex(
      SessionState(connection, statementTimeout: statementTimeout, statements: events.statements)
    )
    // Nothing arrives before something is sent, so that the id is there in time; the lock makes sure.
    state.withLock { state in state.reactorID = Reactor.shared.add(self, socket: socket) }
  }

  /// Every step is taken here: with the lock, and the news told after it.
  private func step<Result: Sendable>(_ body: (inout SessionState, inout [Resumption]) -> Result) -> Result {
    var resumptions: [Resumption] = []
    let result = step(&resumptions, body)
    for resumption in resumptions { resumption.resume() }
    return result
  }

  private func step<Result: Sendable>(
    _ resumptions: inout [Resumption],
    _ body: (inout SessionState, inout [Resumption]) -> Result
  ) -> Result {
    let (result, isClosed) = state.withLock { state in
      begin(&state, &resumptions)
      return finish(&state, body(&state, &resumptions))
    }
    if isClosed { resumptions.append(.closed(self)) }
    submitIfPossible(&resumptions)
    return result
  }

  /// Submits what is in the inbox unless somebody has the lock, who does it then. To try for a lock that is taken is a system
  /// call of the lock's; under load every third look-up would make it.
  private func submitIfPossible(_ resumptions: inout [Resumption]) {
    while inbox.isUsed, !isInStep.load(ordering: .relaxed) {
      let isClosed = state.withLockIfAvailable { state in
        begin(&state, &resumptions)
        return finish(&state, ()).isClosed
      }
      guard let isClosed else { return }
      if isClosed { resumptions.append(.closed(self)) }
    }
  }

  private func begin(_ state: inout SessionState, _ resumptions: inout [Resumption]) {
    isInStep.store(true, ordering: .relaxed)
    guard inbox.isUsed else { return }
    state.submit(inbox.takeAll(), &resumptions)
  }

  private func finish<Result: Sendable>(
    _ state: inout SessionState,
    _ result: Result
  ) -> (result: Result, isClosed: Bool) {
    defer { state.mustTellOfClosing = false }
    isInStep.store(false, ordering: .relaxed)
    lookupsWaiting.store(state.lookupsWaiting, ordering: .relaxed)
    return (result, state.mustTellOfClosing)
  }

  private func nextID() -> UInt64 { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

  // MARK: Look-ups

  /// Runs the query in the next batch; a cancelled task leaves at once, and the answer is dropped.
  func lookup(_ query: PostgresQuery) async -> Lookup.Outcome {
    let id = nextID()
    // Unsafe continuations because this is the hot path; each is kept in one place, and taken out to be resumed.
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        submit(Lookup(id: id, query: query, continuation: continuation))
      }
    } onCancel: {
      step { state, resumptions in
        // It may be on its way into the inbox, whose size cannot tell yet.
        state.submit(inbox.takeAll(), &resumptions)
        state.cancelLookup(id, &resumptions)
      }
    }
  }

  private func submit(_ lookup: Lookup) {
    guard inbox.put(lookup) else {
      lookup.continuation?.resume(returning: .failure(PostgresError(.cancelled)))
      return
    }
    var resumptions: [Resumption] = []
    submitIfPossible(&resumptions)
    for resumption in resumptions { resumption.resume() }
    Reactor.shared.watchDeadlines()
  }

  // MARK: Exchanges

  /// Runs the queries with one Sync.
  func run(
    _ queries: [PostgresQuery],
    begin: PostgresQuery? = nil,
    isCommit: Bool = false,
    isCancellable: Bool = true,
    silenceLimit: Duration? = nil
  ) async -> Exchange.Outcome {
    var exchange = Exchange(id: nextID(), work: .queries(queries), begin: begin)
    exchange.isCommit = isCommit
    exchange.silenceLimit = silenceLimit
    return await run(exchange, isCancellable: isCancellable)
  }

  func runScript(
    _ sql: String,
    begin: PostgresQuery? = nil,
    isCancellable: Bool = true,
    silenceLimit: Duration? = nil
  ) async -> Exchange.Outcome {
    if let begin {
      let outcome = await run([], begin: begin, isCancellable: isCancellable)
      if outcome.error != nil { return outcome }
    }
    var exchange = Exchange(id: nextID(), work: .script(sql))
    exchange.silenceLimit = silenceLimit
    return await run(exchange, isCancellable: isCancellable)
  }

  /// A cancelled task returns when the server has confirmed, or when the session is given up.
  private func run(_ exchange: Exchange, isCancellable: Bool) async -> Exchange.Outcome {
    guard isCancellable else {
      return await withUnsafeContinuation { submit(exchange, $0, isCancellable: false) }
    }
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { submit(exchange, $0, isCancellable: true) }
    } onCancel: {
      cancel(exchange.id)
    }
  }

  private func submit(
    _ exchange: Exchange,
    _ continuation: UnsafeContinuation<Exchange.Outcome, Never>,
    isCancellable: Bool
  ) {
    var exchange = exchange
    exchange.continuation = continuation
    step { state, resumptions in
      if isCancellable, Task.isCancelled {
        resumptions.append(.exchange(continuation, Exchange.Outcome(error: PostgresError(.cancelled))))
      } else {
        state.submit(exchange, &resumptions)
      }
    }
    Reactor.shared.watchDeadlines()
  }

  private func cancel(_ id: UInt64) {
    guard let request = step({ state, resumptions in state.cancelExchange(id, &resumptions) }) else { return }
    Reactor.shared.watchDeadlines()
    BlockingThreads.cancelling.run {
      request.send()
      self.step { state, resumptions in state.cancelWasDelivered(id, &resumptions) }
    }
  }

  // MARK: The reactor's calls

  func socketIsReady(_ resumptions: inout [Resumption]) {
    step(&resumptions) { state, resumptions in state.socketIsReady(self, &resumptions) }
  }

  func timeHasPassed(_ now: MonotonicTime, _ resumptions: inout [Resumption]) -> Bool {
    step(&resumptions) { state, resumptions in state.timeHasPassed(now, &resumptions) }
  }

  // MARK: State

  /// How many look-ups wait for the next batch; a moment old.
  var backlog: Int { lookupsWaiting.load(ordering: .relaxed) + inbox.count }

  /// Whether the next caller can have it: nothing under way, no transaction open, nothing uncertain.
  var isReusable: Bool { state.withLock { $0.isReusable } }
  var isClosed: Bool { state.withLock { $0.connection == nil } }
  var isInTransaction: Bool { state.withLock { $0.connection?.isInTransaction ?? false } }
  var isInFailedTransaction: Bool { state.withLock { $0.connection?.isInFailedTransaction ?? false } }
  var reasonOfClosing: PostgresError? { state.withLock { $0.reasonOfClosing } }

  func encrypt(password: String, user: String) throws(PostgresError) -> String {
    let encrypted = try state.withLock { state throws(PostgresError) in
      guard let connection = state.connection else { throw PostgresError(.closed) }
      return connection.encrypt(password: password, user: user)
    }
    guard let encrypted else { throw PostgresError(.unavailable, "libpq could not encrypt a password") }
    return encrypted
  }

  /// The session must not serve another caller after this one.
  func retire() { state.withLock { $0.mustRetire = true } }

  func close() { step { state, resumptions in state.close(PostgresError(.closed), &resumptions) } }
}

/// Whom a session tells what happens outside of calls; on the reactor's thread or on a caller's.
struct SessionEvents: Sendable {
  var closed: @Sendable (Session) -> Void = { _ in }
  var received: @Sendable (PostgresNotification) -> Void = { _ in }
  var statements = StatementCounter()
}

/// How many statements the sessions of one pool have sent.
final class StatementCounter: Sendable {
  private let total = Atomic<Int>(0)

  var count: Int { total.load(ordering: .relaxed) }

  func add(_ count: Int) { total.add(count, ordering: .relaxed) }
}
