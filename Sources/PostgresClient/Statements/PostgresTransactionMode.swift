/// How much a transaction sees of others. PostgreSQL manual, "Transaction Isolation".
public enum PostgresTransactionMode: Sendable {
  case readCommitted
  case repeatableRead
  case serializable
  /// Read committed, and writes are refused.
  case readOnly

  private static let beginReadCommitted = PostgresStatement(
    name: "postgres_client_begin",
    sql: "BEGIN ISOLATION LEVEL READ COMMITTED"
  )
  private static let beginRepeatableRead = PostgresStatement(
    name: "postgres_client_begin_repeatable",
    sql: "BEGIN ISOLATION LEVEL REPEATABLE READ"
  )
  private static let beginSerializable = PostgresStatement(
    name: "postgres_client_begin_serializable",
    sql: "BEGIN ISOLATION LEVEL SERIALIZABLE"
  )
  private static let beginReadOnly = PostgresStatement(
    name: "postgres_client_begin_read_only",
    sql: "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
  )

  var begin: PostgresQuery {
    switch self {
    case .readCommitted: PostgresQuery(Self.beginReadCommitted)
    case .repeatableRead: PostgresQuery(Self.beginRepeatableRead)
    case .serializable: PostgresQuery(Self.beginSerializable)
    case .readOnly: PostgresQuery(Self.beginReadOnly)
    }
  }
}
