/// One look-up that shares a session's round trip with others.
struct Lookup {
  typealias Outcome = Result<PostgresResult, PostgresError>

  let id: UInt64
  let query: PostgresQuery
  /// Nil once the caller has its answer.
  var continuation: UnsafeContinuation<Outcome, Never>?
}
