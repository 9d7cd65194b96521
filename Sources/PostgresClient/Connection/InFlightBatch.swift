/// What a session has sent and not yet had all answers to: one caller's exchange, or a batch of look-ups.
struct Flight {
  enum Cancellation { case none, requested, delivered }

  let work: [PostgresQuery]
  /// Empty for an exchange; otherwise one for each query.
  var lookups: [Lookup] = []
  var exchange: Exchange?
  var progress: ExchangeProgress
  var results: [PostgresResult] = []
  var failure: PostgresError?
  var cancellation = Cancellation.none
  /// All answers are there, and only `PQcancel`'s end is waited for.
  var isAnswered = false
  /// When something was last heard from the server, or asked of it.
  var lastSign: MonotonicTime

  /// How long a cancelled statement may go on before the session is given up.
  static let cancelLimit = Duration.seconds(2)
  /// What the server's own time limit is given on top, to do its work.
  static let grace = Duration.seconds(1)

  /// When to give up, if the server stays silent.
  func deadline(statementTimeout: Duration) -> MonotonicTime? {
    if cancellation != .none { return lastSign + Self.cancelLimit }
    if let limit = exchange?.silenceLimit { return lastSign + limit }
    // The server's limit is for each statement, and it may say nothing before the last one is done.
    let limit = exchange == nil ? statementTimeout : statementTimeout * max(1, work.count)
    return statementTimeout == .zero ? nil : lastSign + limit + Self.grace
  }

  /// The server's error as the caller should see it: SQLSTATE 57014 has several reasons.
  func explain(_ error: PostgresError, statementTimeout: Duration) -> PostgresError {
    guard error.sqlState == "57014" else { return error }
    if cancellation != .none { return error.recoded(.cancelled) }
    let isTimeout = statementTimeout != .zero && lastSign + statementTimeout * 0.9 <= .now
    return isTimeout ? error.recoded(.statementTimeout) : error
  }
}

/// Work for one caller that takes one round trip: queries that end with one Sync, or a script.
struct Exchange {
  enum Work {
    /// Between two Syncs all queries are one implicit transaction, unless one is open already.
    case queries([PostgresQuery])
    case script(String)
  }

  struct Outcome: Sendable {
    /// One for each query, if there is no error.
    var results: [PostgresResult] = []
    var error: PostgresError?

    func get() throws(PostgresError) -> [PostgresResult] {
      if let error { throw error }
      return results
    }
  }

  let id: UInt64
  var work: Work
  /// Sent before the work if the session is in no transaction; its result is dropped.
  var begin: PostgresQuery?
  /// Losing the connection then leaves it open whether the transaction happened.
  var isCommit = false
  /// How long the server may be silent before the session is given up; nil for the session's own limit.
  var silenceLimit: Duration?
  var continuation: UnsafeContinuation<Outcome, Never>?

  /// How many results the caller expects.
  var queryCount: Int {
    if case .queries(let queries) = work { queries.count } else { 0 }
  }
}

/// Which step of a pipeline a reply of the server belongs to, and what it says. Pure.
///
/// PostgreSQL manual, "Pipeline Mode": every step gives one result and then its end; after a failed step the others
/// are skipped up to the Sync, which has no end of its own.
struct ExchangeProgress {
  enum Step: Equatable {
    /// Prepares the statement of the query with this index.
    case prepare(Int)
    case run(Int)
  }

  enum Event { case success, failure, skipped, endOfStep, sync }

  enum Verdict: Equatable {
    case nothing
    case ran(Int)
    case failed(Int)
    case skipped(Int)
    case prepared(Int)
    case prepareFailed(Int)
    case prepareSkipped(Int)
    case finished
    /// The server's reply does not fit: client and server are out of step.
    case unexpected
  }

  private(set) var steps: [Step] = []
  private var position = 0
  private let isScript: Bool

  /// - Parameter isScript: a script has any number of results, then one end, and no Sync.
  init(isScript: Bool = false) { self.isScript = isScript }

  mutating func append(_ step: Step) { steps.append(step) }

  mutating func receive(_ event: Event) -> Verdict {
    if isScript { return script(event) }
    if event == .sync { return position == steps.count ? .finished : .unexpected }
    guard position < steps.count else { return .unexpected }
    switch (steps[position], event) {
    case (_, .endOfStep):
      position += 1
      return .nothing
    case (.run(let index), .success): return .ran(index)
    case (.run(let index), .failure): return .failed(index)
    case (.run(let index), .skipped): return .skipped(index)
    case (.prepare(let index), .success): return .prepared(index)
    case (.prepare(let index), .failure): return .prepareFailed(index)
    case (.prepare(let index), .skipped): return .prepareSkipped(index)
    case (_, .sync): return .unexpected
    }
  }

  private func script(_ event: Event) -> Verdict {
    switch event {
    case .success: .ran(0)
    case .failure: .failed(0)
    case .endOfStep: .finished
    case .skipped, .sync: .unexpected
    }
  }
}
