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
