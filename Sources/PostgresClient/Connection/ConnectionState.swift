internal import DequeModule
internal import SystemPrimitives

/// A connection's state, which its lock protects, and the steps taken under that lock.
///
/// This file has the state and what is sent; the extensions have what is received, and how things end.
struct ConnectionState {
  /// The most look-ups in one batch, which bounds how long the first of them waits for the last.
  static let largestBatch = 64

  /// The open connection; nil once it is closed.
  var connection: LibPQConnection?
  var closeReason: PostgresError?
  var reactorID: UInt64 = 0
  /// The connection must not be reused: a cancel may still arrive, or its settings may have been changed.
  var mustRetire = false
  /// A statement was refused because the session takes no writes.
  var isReadOnlySession = false
  /// The settings of each transaction; nil where they are the session's.
  var transactionSettings: PostgresQuery?
  private let preparesStatements: Bool
  /// The name of the database in errors, "regional" or the like.
  let database: String?
  /// The schema was found to be the one that the program knows: a part that is missing later has been taken away.
  let knowsSchema: Bool
  /// The connection has just been closed, and its owner has not been told yet.
  var mustReportClose = false

  let statementTimeout: Duration
  let statements: StatementCounter
  var isPipelining = false
  var isWriteBlocked = false
  /// The statements the server knows, and those it has been sent, by name.
  var prepared: [String: String] = [:]
  var inFlight: InFlightBatch?
  var requests: Deque<PipelineRequest> = []
  var lookups: Deque<Lookup> = []
  /// The number of look-ups at the head of the queue that go one by one, after a failure in their batch.
  var lookupsToSendAlone = 0

  init(
    _ connection: LibPQConnection,
    _ configuration: PostgresPoolConfiguration,
    statements: StatementCounter
  ) {
    self.connection = connection
    self.statements = statements
    statementTimeout = configuration.statementTimeout
    preparesStatements = configuration.preparesStatements
    database = configuration.database
    knowsSchema = !configuration.admissions.isEmpty
  }

  var lookupsWaiting: Int { lookups.count }

  var isReusable: Bool {
    guard let connection, !mustRetire, inFlight == nil, requests.isEmpty else { return false }
    return !connection.isInTransaction
  }

  // MARK: Starting

  mutating func submit(_ request: PipelineRequest, _ completions: inout [Completion]) {
    if let closeReason {
      complete(request, with: PipelineRequest.Outcome(error: closeReason), &completions)
      return
    }
    requests.append(request)
    startNext(&completions)
  }

  mutating func submit(_ batch: [Lookup], _ completions: inout [Completion]) {
    if let closeReason {
      for lookup in batch { complete(lookup, .failure(closeReason), &completions) }
      return
    }
    lookups.append(contentsOf: batch)
    startNext(&completions)
  }

  mutating func startNext(_ completions: inout [Completion]) {
    while inFlight == nil, connection != nil {
      if let request = requests.popFirst() {
        start(request, &completions)
      } else if !lookups.isEmpty {
        startBatch(&completions)
      } else {
        return
      }
    }
  }

  mutating func start(_ request: PipelineRequest, _ completions: inout [Completion]) {
    switch request.work {
    case .script(let sql):
      inFlight = InFlightBatch(
        queries: [],
        request: request,
        progress: PipelineProgress(isScript: true),
        lastActivity: .now
      )
      let isSent = pipelining(false) && connection?.sendScript(sql) == true
      flush(isSent, &completions)
    case .queries(let asked):
      let prefix = prefix(begin: request.begin, isEmpty: asked.isEmpty)
      let queries = prefix + asked
      if let conflict = firstMisuse(queries) {
        complete(request, with: PipelineRequest.Outcome(error: conflict), &completions)
        return
      }
      inFlight = InFlightBatch(
        queries: queries,
        prefixCount: prefix.count,
        request: request,
        progress: PipelineProgress(),
        lastActivity: .now
      )
      sendPipeline(queries, &completions)
    }
  }

  /// The statements that a new transaction begins with.
  private func prefix(begin: PostgresQuery?, isEmpty: Bool) -> [PostgresQuery] {
    guard begin != nil || (!isEmpty && transactionSettings != nil), connection?.isInTransaction == false
    else {
      return []
    }
    return [begin, transactionSettings].compactMap(\.self)
  }

  mutating func startBatch(_ completions: inout [Completion]) {
    var batch: [Lookup] = []
    let size = lookupsToSendAlone > 0 ? 1 : min(lookups.count, Self.largestBatch)
    lookupsToSendAlone = max(0, lookupsToSendAlone - 1)
    batch.reserveCapacity(size)
    while batch.count < size, let lookup = lookups.popFirst() {
      guard lookup.continuation != nil else { continue }
      if let conflict = misuse(lookup.query) {
        complete(lookup, .failure(conflict), &completions)
      } else {
        batch.append(lookup)
      }
    }
    if batch.isEmpty { return }
    let prefix = prefix(begin: nil, isEmpty: false)
    let queries = prefix + batch.map(\.query)
    inFlight = InFlightBatch(
      queries: queries,
      prefixCount: prefix.count,
      lookups: batch,
      progress: PipelineProgress(),
      lastActivity: .now
    )
    sendPipeline(queries, &completions)
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

  mutating func sendPipeline(_ queries: [PostgresQuery], _ completions: inout [Completion]) {
    guard let connection, pipelining(true) else { return flush(false, &completions) }
    statements.add(queries.count)
    var isSent = true
    for (index, query) in queries.enumerated() where isSent {
      let name = preparesStatements ? query.statement.name : ""
      if !name.isEmpty, prepared[name] == nil {
        isSent = connection.sendPrepare(query)
        prepared[name] = query.statement.sql
        inFlight?.progress.append(.prepare(index))
      }
      isSent = isSent && connection.send(query, prepared: name)
      inFlight?.progress.append(.run(index))
    }
    flush(isSent && connection.sendSync(), &completions)
  }

  mutating func pipelining(_ isOn: Bool) -> Bool {
    if isPipelining == isOn { return true }
    isPipelining = isOn
    return connection?.setPipelineMode(isOn) == true
  }

  /// - Parameter isSent: whether libpq has taken all of it into its buffer.
  mutating func flush(_ isSent: Bool, _ completions: inout [Completion]) {
    guard let connection else { return }
    let flushing = isSent ? connection.flush() : .failed
    if case .failed = flushing {
      close(.unavailable(libpq: connection.errorMessage), &completions)
      return
    }
    let isBlocked = flushing == .blocked
    guard isBlocked != isWriteBlocked, let socket = connection.socket else { return }
    isWriteBlocked = isBlocked
    Reactor.shared.watchWriting(isBlocked, socket: socket, id: reactorID)
  }
}
