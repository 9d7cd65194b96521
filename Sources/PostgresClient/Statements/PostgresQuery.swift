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
