internal import DequeModule

/// All that a session's lock protects, and the steps taken under it; here the state and what is sent.
struct SessionState {
  /// Look-ups that travel together at most; bounds how long the first of them waits for the last.
  static let largestBatch = 64

  /// Nil once the session is closed.
  var connection: LibPQConnection?
  var reasonOfClosing: PostgresError?
  var reactorID: UInt64 = 0
  /// The session must not be reused: a cancel may still arrive, or its settings may have been changed.
  var mustRetire = false
  /// The session has just been closed, and its owner does not know yet.
  var mustTellOfClosing = false

  let statementTimeout: Duration
  let statements: StatementCounter
  var isPipelining = false
  var isWriteBlocked = false
  /// The statements the server knows, and those it has been sent, by name.
  var prepared: [String: String] = [:]
  var flight: Flight?
  var exchanges: Deque<Exchange> = []
  var lookups: Deque<Lookup> = []
  /// So many look-ups at the head of the queue go one by one, after a failure among their batch.
  var lookupsToSendAlone = 0

  init(_ connection: LibPQConnection, statementTimeout: Duration, statements: StatementCounter) {
    self.connection = connection
    self.statements = statements
    self.statementTimeout = statementTimeout
  }

  var lookupsWaiting: Int { lookups.count }

  var isReusable: Bool {
    guard let connection, !mustRetire, flight == nil, exchanges.isEmpty else { return false }
    return !connection.isInTransaction
  }

  // MARK: Starting

  mutating func submit(_ exchange: Exchange, _ resumptions: inout [Resumption]) {
    if let reasonOfClosing {
      resume(exchange, with: Exchange.Outcome(error: reasonOfClosing), &resumptions)
      return
    }
    exchanges.append(exchange)
    startNext(&resumptions)
  }

  mutating func submit(_ batch: [Lookup], _ resumptions: inout [Resumption]) {
    if let reasonOfClosing {
      for lookup in batch { answer(lookup, .failure(reasonOfClosing), &resumptions) }
      return
    }
    lookups.append(contentsOf: batch)
    startNext(&resumptions)
  }

  mutating func startNext(_ resumptions: inout [Resumption]) {
    while flight == nil, connection != nil {
      if let exchange = exchanges.popFirst() {
        start(exchange, &resumptions)
      } else if !lookups.isEmpty {
        startBatch(&resumptions)
      } else {
        return
      }
    }
  }

  mutating func start(_ exchange: Exchange, _ resumptions: inout [Resumption]) {
    switch exchange.work {
    case .script(let sql):
      flight = Flight(
        work: [],
        exchange: exchange,
        progress: ExchangeProgress(isScript: true),
        lastSign: .now
      )
      let isSent = pipelining(false) && connection?.sendScript(sql) == true
      flush(isSent, &resumptions)
    case .queries(var queries):
      if let begin = exchange.begin, connection?.isInTransaction == false { queries.insert(begin, at: 0) }
      if let conflict = firstMisuse(queries) {
        resume(exchange, with: Exchange.Outcome(error: conflict), &resumptions)
        return
      }
      flight = Flight(work: queries, exchange: exchange, progress: ExchangeProgress(), lastSign: .now)
      sendPipeline(queries, &resumptions)
    }
  }

  mutating func startBatch(_ resumptions: inout [Resumption]) {
    var batch: [Lookup] = []
    let size = lookupsToSendAlone > 0 ? 1 : min(lookups.count, Self.largestBatch)
    lookupsToSendAlone = max(0, lookupsToSendAlone - 1)
    batch.reserveCapacity(size)
    while batch.count < size, let lookup = lookups.popFirst() {
      guard lookup.continuation != nil else { continue }
      if let conflict = misuse(lookup.query) {
        answer(lookup, .failure(conflict), &resumptions)
      } else {
        batch.append(lookup)
      }
    }
    if batch.isEmpty { return }
    let queries = batch.map(\.query)
    flight = Flight(work: queries, lookups: batch, progress: ExchangeProgress(), lastSign: .now)
    sendPipeline(queries, &resumptions)
  }

  func firstMisuse(_ queries: [PostgresQuery]) -> PostgresError? {
    for query in queries {
      if let error = misuse(query) { return error }
    }
    return nil
  }

  func misuse(_ query: PostgresQuery) -> PostgresError? {
    if query.parameters.count > Int(UInt16.max) { return PostgresError(.misuse, "too many parameters") }
    guard let known = prepared[query.statement.name], known != query.statement.sql else { return nil }
    return PostgresError(.misuse, "statement name \(query.statement.name) stands for two statements")
  }

  mutating func sendPipeline(_ queries: [PostgresQuery], _ resumptions: inout [Resumption]) {
    guard let connection, pipelining(true) else { return flush(false, &resumptions) }
    statements.add(queries.count)
    var isSent = true
    for (index, query) in queries.enumerated() where isSent {
      let name = query.statement.name
      if !name.isEmpty, prepared[name] == nil {
        isSent = connection.sendPrepare(query)
        prepared[name] = query.statement.sql
        flight?.progress.append(.prepare(index))
      }
      isSent = isSent && connection.send(query)
      flight?.progress.append(.run(index))
    }
    flush(isSent && connection.sendSync(), &resumptions)
  }

  mutating func pipelining(_ isOn: Bool) -> Bool {
    if isPipelining == isOn { return true }
    isPipelining = isOn
    return connection?.setPipelineMode(isOn) == true
  }

  /// - Parameter isSent: whether libpq has taken all of it into its buffer.
  mutating func flush(_ isSent: Bool, _ resumptions: inout [Resumption]) {
    guard let connection else { return }
    let flushing = isSent ? connection.flush() : .failed
    if case .failed = flushing {
      close(PostgresError(.unavailable, connection.errorMessage), &resumptions)
      return
    }
    let isBlocked = flushing == .blocked
    guard isBlocked != isWriteBlocked, let socket = connection.socket else { return }
    isWriteBlocked = isBlocked
    Reactor.shared.watchWriting(isBlocked, socket: socket, id: reactorID)
  }
}
