/// One SQL statement with `$1`, `$2`, … for its parameters.
///
/// It is prepared on each session in the same round trip as its first execution there.
public struct PostgresStatement: Sendable, Hashable {
  /// The prepared statement's name on the server, unique in the program; empty means never kept on the server.
  public let name: String
  public let sql: String
  /// A read-only, indexed read of at most a few rows, which may share a session with others (see `PostgresPool`).
  public let isLookup: Bool

  public init(name: String = "", sql: String, isLookup: Bool = false) {
    self.name = name
    self.sql = sql
    self.isLookup = isLookup
  }
}
