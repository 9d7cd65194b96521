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
