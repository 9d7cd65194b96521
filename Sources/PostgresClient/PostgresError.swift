/// Why a call did not give a result.
///
/// `description` is fit for logs: it never holds a value, a statement's text or a connection string.
/// `debugDescription` has all the server said, which may include values.
public struct PostgresError: Error, Sendable {
  public enum Code: Sendable, Hashable {
    /// No connection could be made, or it was lost.
    case unavailable
    /// The connection was lost while COMMIT was under way: the transaction may or may not have happened.
    case commitOutcomeUnknown
    /// No connection of the pool became free within the acquire time-out.
    case poolTimeout
    /// The statement ran into the time limit.
    case statementTimeout
    /// The calling task was cancelled.
    case cancelled
    /// The server refused the statement, with this SQLSTATE.
    case server(sqlState: String)
    /// A value was not of the type the program expects.
    case decoding
    /// The pool, connection or transaction was used after its end.
    case closed
    /// The program broke a rule of this module, for example used one statement name for two statements.
    case misuse
  }

  /// One pointer wide: errors travel in `Result`s through the hot path.
  private final class Storage: Sendable {
    let code: Code
    let detail: String
    let server: ServerReport?
    init(code: Code, detail: String, server: ServerReport?) {
      self.code = code
      self.detail = detail
      self.server = server
    }
  }

  /// The fields of the server's error message. PostgreSQL manual, "Error and Notice Message Fields".
  struct ServerReport: Sendable {
    var sqlState: String
    var message: String?
    var detail: String?
    var schema: String?
    var table: String?
    var column: String?
    var constraint: String?
  }

  private let storage: Storage

  init(_ code: Code, _ detail: String = "", server: ServerReport? = nil) {
    storage = Storage(code: code, detail: detail, server: server)
  }

  public var code: Code { storage.code }
  var server: ServerReport? { storage.server }

  /// What this module has to say about it; may repeat libpq's words.
  var detail: String { storage.detail }

  /// The server's SQLSTATE, if it was the server that failed. PostgreSQL manual, appendix A.
  public var sqlState: String? { storage.server?.sqlState }
  public var constraintName: String? { storage.server?.constraint }
  public var tableName: String? { storage.server?.table }

  /// The database cannot be used now, through no fault of the request: HTTP 503.
  public var isUnavailable: Bool {
    switch code {
    case .unavailable, .commitOutcomeUnknown, .poolTimeout, .statementTimeout, .closed: true
    // Class 53: out of connections, memory, disk. Class 57P: shutting down or starting.
    case .server(let sqlState): sqlState.hasPrefix("53") || sqlState.hasPrefix("57P")
    case .cancelled, .decoding, .misuse: false
    }
  }

  /// SQLSTATE 23505, of the named constraint or index if one is given.
  public func isUniqueViolation(_ constraint: String? = nil) -> Bool {
    sqlState == "23505" && (constraint == nil || constraint == constraintName)
  }

  static func decoding(_ detail: String) -> PostgresError { PostgresError(.decoding, detail) }
}
