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
    let reason: OutageReason?
    let database: String?
    let isMisfit: Bool

    init(
      code: Code,
      detail: String,
      server: ServerReport?,
      reason: OutageReason?,
      database: String? = nil,
      isMisfit: Bool = false
    ) {
      self.code = code
      self.detail = detail
      self.server = server
      self.reason = reason
      self.database = database
      self.isMisfit = isMisfit
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
    storage = Storage(code: code, detail: detail, server: server, reason: nil)
  }

  /// The database is out of reach, or refused by this program.
  static func unavailable(_ reason: OutageReason) -> PostgresError {
    PostgresError(Storage(code: .unavailable, detail: "", server: nil, reason: reason))
  }

  /// The database is out of reach, as libpq says in these words: of a connection that was open, unless a reason is
  /// given.
  static func unavailable(libpq words: String, _ reason: OutageReason? = nil) -> PostgresError {
    let reason = reason ?? OutageReason(libpq: words) ?? OutageReason("the connection was lost")
    return PostgresError(Storage(code: .unavailable, detail: words, server: nil, reason: reason))
  }

  /// The server has said nothing for too long.
  static func silence(_ code: Code) -> PostgresError {
    PostgresError(Storage(code: code, detail: "", server: nil, reason: OutageReason("no reply in time")))
  }

  private init(_ storage: Storage) { self.storage = storage }

  public var code: Code { storage.code }
  var server: ServerReport? { storage.server }

  /// This module's explanation, which may repeat libpq's words.
  var detail: String { storage.detail }

  /// The server's SQLSTATE, if the error is the server's. PostgreSQL manual, appendix A.
  public var sqlState: String? { storage.server?.sqlState }
  public var constraintName: String? { storage.server?.constraint }
  public var tableName: String? { storage.server?.table }

  /// True if the database replies and this program refuses it (`PostgresAdmission`): to wait does not help.
  public var isRefusal: Bool { storage.reason?.isJudgement ?? false }

  /// True if the database cannot be used now, through no fault of the caller: HTTP 503.
  public var isUnavailable: Bool {
    switch code {
    case .unavailable, .commitOutcomeUnknown, .poolTimeout, .statementTimeout, .closed: true
    // Class 53: out of connections, memory, disk.
    case .server(let sqlState): sqlState.hasPrefix("53") || endsConnection || endsSession
    case .cancelled, .decoding, .sessionIsShared, .misuse: false
    }
  }

  /// True if the session takes no writes, and neither do others with the same server.
  var isReadOnlySession: Bool { sqlState == "25006" }

  /// True if the session is of no use any more although the connection works.
  ///
  /// 25006, read_only_sql_transaction: it takes no writes, as a primary that has become a standby. 0A000,
  /// feature_not_supported: the server is in recovery, or a table has changed under a prepared statement. 26000 and
  /// 42P05, a prepared statement that is not there, or somebody else's: a pooler has changed the session. Or the schema
  /// does not fit the program.
  var endsSession: Bool {
    guard let sqlState else { return false }
    return ["25006", "0A000", "26000", "42P05"].contains(sqlState) || storage.isMisfit
  }

  /// The SQLSTATEs by which a schema or its rights show that they are not those the program was made for: a table, a
  /// column, a type, a function or a right is missing (PostgreSQL manual, appendix A, class 42).
  private static let misfits: Set<String> = ["42P01", "42703", "42704", "42883", "42501"]

  /// The error as a program should see it that knows the schema: a part that is missing makes the database unusable.
  func judgedBySchema() -> PostgresError {
    guard case .server(let sqlState) = code, Self.misfits.contains(sqlState) else { return self }
    let words: StaticString =
      "its schema or its rights do not fit this program: vetchium migrate up, vetchium grant"
    return PostgresError(
      Storage(
        code: code,
        detail: detail,
        server: server,
        reason: OutageReason(words),
        database: storage.database,
        isMisfit: true
      )
    )
  }

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
  /// Why the database cannot be used, without anything secret; nil where the code alone says it.
  public var reason: String? {
    if let reason = storage.reason { return reason.description }
    switch code {
    case .unavailable, .commitOutcomeUnknown: return sqlState.map { OutageReason(sqlState: $0).description }
    case .server(let sqlState) where isUnavailable: return OutageReason(sqlState: sqlState).description
    default: return nil
    }
  }

  public var description: String {
    let database = storage.database.map { "\($0) database" } ?? "database"
    let reason = reason.map { ": \($0)" } ?? ""
    return switch code {
    case .unavailable: "\(database) unavailable\(reason)"
    case .commitOutcomeUnknown: "\(database) connection lost during COMMIT, outcome unknown\(reason)"
    case .poolTimeout: "no \(database) connection became free in time"
    case .statementTimeout: "\(database) statement took too long"
    case .cancelled: "\(database) call cancelled"
    case .server(let sqlState):
      "\(database) error \(sqlState)\(constraintName.map { ", constraint \($0)" } ?? "")\(reason)"
    case .decoding: "unexpected \(database) value: \(detail)"
    case .sessionIsShared: detail
    case .closed: "\(database) connection used after its end"
    case .misuse: "\(database) client misused: \(detail)"
    }
  }

  public var debugDescription: String {
    let facts: [(String, String?)] = [
      ("database", storage.database), ("reason", reason),
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
      self = .unavailable(libpq: PQresultErrorMessage(result).map { String(cString: $0) } ?? "")
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
  func recoded(_ code: Code) -> PostgresError { changed(code: code, database: storage.database) }

  /// Says in which database it happened, unless that is known.
  /// - Parameter database: `regional`, `global` and the like, the name in front of "database".
  func of(_ database: String?) -> PostgresError {
    database == nil || storage.database != nil ? self : changed(code: code, database: database)
  }

  private func changed(code: Code, database: String?) -> PostgresError {
    PostgresError(
      Storage(
        code: code,
        detail: detail,
        server: server,
        reason: storage.reason,
        database: database,
        isMisfit: storage.isMisfit
      )
    )
  }

  /// True if the connection ends with it: SQLSTATE class 57P, "operator intervention", of a server that is shutting
  /// down or starting; class 08, "connection exception", of a pooler that has lost its server (PgBouncer sends 08P01).
  var endsConnection: Bool {
    sqlState.map { $0.hasPrefix("57P") || $0.hasPrefix("08") } ?? (code == .unavailable)
  }
}
