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
