internal import CLibPQ

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

  /// The same facts under another heading.
  func recoded(_ code: Code) -> PostgresError { PostgresError(code, detail, server: server) }

  /// The server ends the session: SQLSTATE class 57P, "operator intervention".
  var endsSession: Bool { sqlState?.hasPrefix("57P") ?? (code == .unavailable) }
}
