internal import CLibPQ

/// The reason why a call gave no result.
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
    /// The call needs a session of its own, and there is a pooler in transaction mode in between.
    case sessionIsShared
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

  /// This module's explanation, which may repeat libpq's words.
  var detail: String { storage.detail }

  /// The server's SQLSTATE, if the error is the server's. PostgreSQL manual, appendix A.
  public var sqlState: String? { storage.server?.sqlState }
  public var constraintName: String? { storage.server?.constraint }
  public var tableName: String? { storage.server?.table }

  /// True if the database cannot be used now, through no fault of the caller: HTTP 503.
  public var isUnavailable: Bool {
    switch code {
    case .unavailable, .commitOutcomeUnknown, .poolTimeout, .statementTimeout, .closed: true
    // Class 53: out of connections, memory, disk. 25006: read-only, as a primary is that has become a standby.
    case .server(let sqlState): sqlState.hasPrefix("53") || endsConnection || isReadOnlySession
    case .cancelled, .decoding, .sessionIsShared, .misuse: false
    }
  }

  /// True if the session takes no writes: SQLSTATE 25006, read_only_sql_transaction.
  var isReadOnlySession: Bool { sqlState == "25006" }

  /// Tells whether the error is SQLSTATE 23505, of the named constraint or index if one is given.
  public func isUniqueViolation(_ constraint: String? = nil) -> Bool {
    sqlState == "23505" && (constraint == nil || constraint == constraintName)
  }

  static let sessionIsShared = PostgresError(
    .sessionIsShared,
    "a pooler in transaction mode is in between; this needs a direct connection"
  )

  static func decoding(_ detail: String) -> PostgresError { PostgresError(.decoding, detail) }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  public var description: String {
    switch code {
    case .unavailable: "database unavailable"
    case .commitOutcomeUnknown: "connection lost during COMMIT, outcome unknown"
    case .poolTimeout: "no database connection became free in time"
    case .statementTimeout: "database statement took too long"
    case .cancelled: "database call cancelled"
    case .server(let sqlState):
      constraintName.map { "database error \(sqlState), constraint \($0)" } ?? "database error \(sqlState)"
    case .decoding: "unexpected database value: \(detail)"
    case .sessionIsShared: detail
    case .closed: "database connection used after its end"
    case .misuse: "database client misused: \(detail)"
    }
  }

  public var debugDescription: String {
    let facts: [(String, String?)] = [
      ("detail", detail.isEmpty ? nil : detail), ("message", server?.message),
      ("server detail", server?.detail), ("schema", server?.schema), ("table", server?.table),
      ("column", server?.column), ("constraint", server?.constraint), ("sqlState", server?.sqlState),
    ]
    return facts.reduce(into: "PostgresError(\(code))") { text, fact in
      if let value = fact.1 { text += "; \(fact.0): \(value)" }
    }
  }
}

extension PostgresError {
  /// The error a failed `PGresult` carries; without an SQLSTATE it is libpq's own: the connection is lost.
  init(result: OpaquePointer) {
    func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
    guard let sqlState = field(Field.sqlState) else {
      self.init(.unavailable, PQresultErrorMessage(result).map { String(cString: $0) } ?? "")
      return
    }
    let report = ServerReport(
      sqlState: sqlState,
      message: field(Field.message),
      detail: field(Field.detail),
      schema: field(Field.schema),
      table: field(Field.table),
      column: field(Field.column),
      constraint: field(Field.constraint)
    )
    self.init(.server(sqlState: sqlState), server: report)
  }

  /// The letters of postgres_ext.h, which Swift does not import.
  private enum Field {
    static let sqlState = Int32(UInt8(ascii: "C"))
    static let message = Int32(UInt8(ascii: "M"))
    static let detail = Int32(UInt8(ascii: "D"))
    static let schema = Int32(UInt8(ascii: "s"))
    static let table = Int32(UInt8(ascii: "t"))
    static let column = Int32(UInt8(ascii: "c"))
    static let constraint = Int32(UInt8(ascii: "n"))
  }

  /// Gives the same facts another code.
  func recoded(_ code: Code) -> PostgresError { PostgresError(code, detail, server: server) }

  /// True if the connection ends with it: SQLSTATE class 57P, "operator intervention", of a server that is shutting
  /// down or starting; class 08, "connection exception", of a pooler that has lost its server (PgBouncer sends 08P01).
  var endsConnection: Bool {
    sqlState.map { $0.hasPrefix("57P") || $0.hasPrefix("08") } ?? (code == .unavailable)
  }
}
