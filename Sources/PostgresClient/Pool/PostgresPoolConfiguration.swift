internal import CLibPQ

/// How to reach a database and how to share the connections to it.
public struct PostgresPoolConfiguration: Sendable {
  /// Whatever libpq accepts: a URI or `keyword=value` pairs. PostgreSQL manual, "Connection Strings".
  public var connectionString: String
  /// At most this many connections, lanes included.
  public var size: Int
  /// How many of them are shared by look-ups; by default two of them, but at most a quarter.
  public var lanes: Int?
  /// How long a call waits for a free connection.
  public var acquireTimeout: Duration
  /// How long a statement may run; the client gives up one second later. Zero is no limit.
  public var statementTimeout: Duration
  /// How long the server bears silence within a transaction, and outside of one, before it ends the session and frees what that
  /// holds; zero is for ever. For sessions whose locks must not outlive a client that is frozen or cut off.
  public var idleTransactionTimeout = Duration.zero
  public var idleTimeout = Duration.zero
  /// For statements that all have an index, over tables that grow from nothing within minutes: a prepared statement's plan is kept,
  /// and the one that is best for an empty table reads all of it. Nor are all rows of an index's range collected and sorted when
  /// the index has them in order.
  public var prefersIndexes = false
  /// How long connecting may take per address, at least two seconds (libpq's minimum), unless the connection
  /// string says otherwise.
  public var connectTimeout: Duration
  /// Shown in `pg_stat_activity`, unless the connection string names another.
  public var applicationName: String

  public init(
    connectionString: String,
    size: Int = 16,
    acquireTimeout: Duration = .seconds(3),
    statementTimeout: Duration = .seconds(5),
    connectTimeout: Duration = .seconds(2),
    applicationName: String = "vetchium",
    lanes: Int? = nil
  ) {
    self.connectionString = connectionString
    self.size = size
    self.lanes = lanes
    self.acquireTimeout = acquireTimeout
    self.statementTimeout = statementTimeout
    self.connectTimeout = connectTimeout
    self.applicationName = applicationName
  }

  /// A lane must not take the last connection from those who need one for themselves.
  var laneCount: Int { min(max(0, lanes ?? min(2, size / 4)), capacity - 1) }
  var leaseCount: Int { capacity - laneCount }
  private var capacity: Int { max(1, size) }
}

/// What libpq takes as a connection string.
public enum PostgresConnectionString {
  /// Whether libpq can read it: a PostgreSQL URI or `keyword=value` pairs (manual, "Connection Strings").
  ///
  /// Ask before anything is opened, and do not show libpq's own complaint, which quotes what it cannot read: passwords.
  public static func isReadable(_ text: String) -> Bool {
    guard let options = PQconninfoParse(text, nil) else { return false }
    PQconninfoFree(options)
    return true
  }
}
