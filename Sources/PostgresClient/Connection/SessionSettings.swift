internal import SystemPrimitives

/// The run-time parameters that this module sets (PostgreSQL manual, "Client Connection Defaults").
///
/// Whatever could change the meaning of a statement, or end it, is set, so that a default of the role or the database
/// (ALTER ROLE … SET, ALTER DATABASE … SET) changes nothing. One default is obeyed, `default_transaction_read_only`: it
/// is an operator's switch, and shows in the pool's access.
///
/// They are the session's where the session is ours. A pooler in transaction mode hands sessions to others: there they
/// are set anew in each transaction, in the same round trip, and end with it.
struct SessionSettings {
  /// The limits first: they could end the statements that set the others.
  private let values: [(name: String, value: String)]

  /// - Parameter isReadOnly: makes the server refuse writes.
  init(_ configuration: PostgresPoolConfiguration, isReadOnly: Bool) {
    var values = [
      ("statement_timeout", configuration.statementTimeout),
      ("lock_timeout", .zero),
      ("idle_in_transaction_session_timeout", configuration.idleTransactionTimeout),
      ("idle_session_timeout", configuration.idleTimeout),
    ].map { ($0.0, "\($0.1.millisecondsRoundedUp)") }
    values += [
      ("search_path", "public"),
      ("TimeZone", "UTC"),
      ("DateStyle", "ISO, MDY"),
      ("IntervalStyle", "postgres"),
      ("bytea_output", "hex"),
      ("extra_float_digits", "1"),
      ("standard_conforming_strings", "on"),
      ("array_nulls", "on"),
      ("transform_null_equals", "off"),
      ("default_transaction_isolation", "read committed"),
      // Statements here are short. Without it the scan of a table of one row is compiled, for 50 to 100 ms each time,
      // where `enable_seqscan` is off: that makes it look as dear as ten thousand million pages.
      ("jit", "off"),
    ]
    if configuration.prefersIndexes { values += [("enable_seqscan", "off"), ("enable_bitmapscan", "off")] }
    if isReadOnly { values.append(("default_transaction_read_only", "on")) }
    self.values = values
  }

  /// A schema that the connection string itself names (`options='-c search_path=…'`) is meant; `transaction_timeout`
  /// came with PostgreSQL 17.
  var ofSession: String {
    let settings = values.map { name, value in
      name == "search_path"
        ? "SELECT set_config(name, '\(value)', false) FROM pg_catalog.pg_settings "
          + "WHERE name = 'search_path' AND source <> 'client';"
        : "SET \(name) = '\(value)';"
    }
    return settings.joined()
      + "SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout';"
  }

  var ofEachTransaction: PostgresQuery {
    let calls = values.compactMap { name, value -> String? in
      switch name {
      // The pooler's session, not ours; and a transaction's level cannot be changed by a statement of it.
      case "idle_session_timeout", "default_transaction_isolation": nil
      case "default_transaction_read_only": "set_config('transaction_read_only', 'on', true)"
      default: "set_config('\(name)', '\(value)', true)"
      }
    }
    return PostgresQuery(
      PostgresStatement(name: "postgres_client_settings", sql: "SELECT " + calls.joined(separator: ", "))
    )
  }
}
