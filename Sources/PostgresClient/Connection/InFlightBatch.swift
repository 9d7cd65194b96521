internal import SystemPrimitives

/// One caller's request or several look-ups that a connection has sent and that the server has not fully replied to.
struct InFlightBatch {
  enum Cancellation { case none, requested, delivered }

  /// The prefix and, behind it, what was asked for.
  let queries: [PostgresQuery]
  /// The number of queries at the head whose results nobody wants: BEGIN, and settings for the transaction.
  var prefixCount = 0
  /// The look-ups, one for each query behind the prefix; none for a request.
  var lookups: [Lookup] = []
  var request: PipelineRequest?
  var progress: PipelineProgress
  var results: [PostgresResult] = []
  var failure: PostgresError?
  var cancellation = Cancellation.none
  /// True once all replies are there and only `PQcancel`'s end is waited for.
  var isAnswered = false
  /// The moment when something was last received from the server or sent to it.
  var lastActivity: MonotonicTime

  /// The time that a cancelled statement may go on before the connection is given up.
  static let cancelLimit = Duration.seconds(2)
  /// The most time given to the server beyond its own time limit, to end the statement and say so.
  static let longestGrace = Duration.seconds(1)

  /// The moment when the connection is given up, if the server stays silent.
  func deadline(statementTimeout: Duration) -> MonotonicTime? {
    if cancellation != .none { return lastActivity + Self.cancelLimit }
    if let limit = request?.silenceLimit { return lastActivity + limit }
    // The server's limit is for each statement, and it may say nothing before the last one is done; those at the head
    // take no time.
    let limit = request == nil ? statementTimeout : statementTimeout * max(1, queries.count - prefixCount)
    return statementTimeout == .zero ? nil : lastActivity + limit + min(Self.longestGrace, statementTimeout)
  }

  /// The server's error as the caller should see it: SQLSTATE 57014 has several reasons.
  func explain(_ error: PostgresError, statementTimeout: Duration) -> PostgresError {
    guard error.sqlState == "57014" else { return error }
    if cancellation != .none { return error.recoded(.cancelled) }
    let isTimeout = statementTimeout != .zero && lastActivity + statementTimeout * 0.9 <= .now
    return isTimeout ? error.recoded(.statementTimeout) : error
  }
}

/// One caller's work that takes one round trip: queries that end with one Sync, or a script.
struct PipelineRequest {
  enum Work {
    /// Between two Syncs all queries are one implicit transaction, unless one is open already.
    case queries([PostgresQuery])
    case script(String)
  }

  struct Outcome: Sendable {
    /// The results, one for each query, if there is no error.
    var results: [PostgresResult] = []
    var error: PostgresError?

    func get() throws(PostgresError) -> [PostgresResult] {
      if let error { throw error }
      return results
    }
  }

  let id: UInt64
  var work: Work
  /// A BEGIN that is sent before the work if the connection is in no transaction; its result is dropped.
  var begin: PostgresQuery?
  /// The request ends with COMMIT: losing the connection leaves it open whether the transaction happened.
  var isCommit = false
  /// The time the server may be silent before the connection is given up; nil for the connection's own limit.
  var silenceLimit: Duration?
  var continuation: UnsafeContinuation<Outcome, Never>?

}

/// Finds out which step of a pipeline each reply of the server belongs to, and what it means. Pure.
///
/// PostgreSQL manual, "Pipeline Mode": every step gives one result and then its end; after a failed step the others
/// are skipped up to the Sync, which has no end of its own.
struct PipelineProgress {
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
