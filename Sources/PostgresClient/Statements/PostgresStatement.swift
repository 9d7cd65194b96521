/// One SQL statement with `$1`, `$2`, … for its parameters.
///
/// Each connection prepares it in the same round trip as its first execution there.
public struct PostgresStatement: Sendable, Hashable {
  /// The prepared statement's name on the server, unique in the program; empty means never kept on the server.
  public let name: String
  public let sql: String
  /// True for a read-only, indexed read of at most a few rows, which may share a connection with other look-ups.
  public let isLookup: Bool

  public init(name: String = "", sql: String, isLookup: Bool = false) {
    self.name = name
    self.sql = sql
    self.isLookup = isLookup
  }
}

/// A statement with its parameter values, ready to run.
public struct PostgresQuery: Sendable {
  public let statement: PostgresStatement
  public let parameters: PostgresParameters

  public init(_ statement: PostgresStatement, _ parameters: PostgresParameters = PostgresParameters()) {
    self.statement = statement
    self.parameters = parameters
  }
}

extension PostgresQuery {
  /// A statement that is neither kept on the server nor known at compile time; for tools and tests.
  public init(sql: String, _ values: any PostgresEncodable...) {
    var parameters = PostgresParameters()
    for value in values { parameters.append(value) }
    self.init(PostgresStatement(sql: sql), parameters)
  }
}

/// A pool, a connection or a transaction, each of which can run a query.
public protocol PostgresExecutor: Sendable {
  func execute(_ query: PostgresQuery) async throws(PostgresError) -> PostgresResult
}
