/// The settings of a pool: how a database is reached and how its connections are used.
public struct PostgresPoolConfiguration: Sendable {
  /// The connection string as libpq takes it: a URI or `keyword=value` pairs. PostgreSQL manual, "Connection Strings".
  public var connectionString: String
  /// The most connections the pool makes, shared ones included.
  public var size: Int
  /// The number of connections that look-ups share; nil means two, but at most a quarter of all.
  public var sharedConnections: Int?
  /// The longest time a call waits for a free connection.
  public var acquireTimeout: Duration
  /// The longest time a statement may run; the client gives up one second later. Zero is no limit.
  public var statementTimeout: Duration
  /// The longest silence of the client within a transaction before the server ends the connection; zero is no limit.
  ///
  /// Locks must not outlive a client that is frozen or cut off (`idle_in_transaction_session_timeout`).
  public var idleTransactionTimeout = Duration.zero
  /// The longest silence of the client outside of a transaction before the server ends the connection; zero is no
  /// limit (`idle_session_timeout`).
  public var idleTimeout = Duration.zero
  /// The age at which a connection is replaced as soon as nobody uses it, less up to a tenth by chance; nil is never.
  ///
  /// A session that leads to a server which is the right one no more must not live for ever: the name may lead to
  /// another one by now, or a balancer to servers that were added.
  public var maximumAge: Duration?
  /// The time without use after which a connection is closed if `idleConnections` others are idle as well.
  public var idleLimit = Duration.seconds(60)
  /// The number of idle connections that stay open.
  public var idleConnections = 2
  /// Makes the planner use an index wherever there is one, for tables that grow from nothing within minutes.
  ///
  /// A prepared statement's plan is kept, and the best plan for an empty table reads all of it. Nor does the server
  /// then collect and sort the rows of an index's range that the index has in order.
  public var prefersIndexes = false
  /// Keeps statements prepared on the server. Off: they travel with each execution, for poolers in transaction mode
  /// that know no prepared statements (PgBouncer before 1.21).
  public var preparesStatements = true
  /// Accepts a server in recovery. Others are refused: what they know may be old, and they take no writes.
  public var acceptsStandby = false
  /// Refuses a pooler in transaction mode, which hands the session to others between transactions: for LISTEN, advisory
  /// locks and scripts that change the session.
  public var needsOwnSession = false
  /// The longest time that connecting may take per address, at least two seconds (libpq's minimum), unless the
  /// connection string says otherwise.
  public var connectTimeout: Duration
  /// The name that errors give the database, in front of the word "database": `regional`, `global`.
  public var database: String?
  /// What each new connection is asked; a database that does not pass is as good as out of reach.
  public var admissions: [PostgresAdmission] = []
  /// The name shown in `pg_stat_activity`, unless the connection string has another.
  public var applicationName: String

  public init(
    connectionString: String,
    size: Int = 16,
    acquireTimeout: Duration = .seconds(3),
    statementTimeout: Duration = .seconds(5),
    connectTimeout: Duration = .seconds(2),
    applicationName: String = "vetchium",
    sharedConnections: Int? = nil
  ) {
    self.connectionString = connectionString
    self.size = size
    self.sharedConnections = sharedConnections
    self.acquireTimeout = acquireTimeout
    self.statementTimeout = statementTimeout
    self.connectTimeout = connectTimeout
    self.applicationName = applicationName
  }

  /// The number of shared connections, which leaves at least one connection to be leased.
  var sharedConnectionCount: Int { min(max(0, sharedConnections ?? min(2, size / 4)), capacity - 1) }
  var leaseCount: Int { capacity - sharedConnectionCount }
  private var capacity: Int { max(1, size) }
}

/// A question to a database, and the judgement of its answer: whether this program can work with it.
///
/// Each new connection is asked, and each look at the database's state (`PostgresPool.access`).
public struct PostgresAdmission: Sendable {
  let query: PostgresQuery
  private let judgement: @Sendable (Result<PostgresResult, PostgresError>) throws(PostgresError) -> String?

  /// - Parameters:
  ///   - query: only reads, and is marked as a look-up.
  ///   - refusal: says why the database is refused, in words that name nothing secret; nil if it is not. It throws
  ///     errors that say nothing about that, and does not get those of a database that is out of reach.
  public init(
    _ query: PostgresQuery,
    refusal: @escaping @Sendable (Result<PostgresResult, PostgresError>) throws(PostgresError) -> String?
  ) {
    self.query = query
    judgement = refusal
  }

  /// Why the database is refused; nil if it is not.
  /// - Throws: the outage or error that kept the question from being answered.
  func refusal(_ result: Result<PostgresResult, PostgresError>) throws(PostgresError) -> String? {
    if case .failure(let error) = result, error.sqlState == nil || error.endsConnection { throw error }
    return try judgement(result)
  }

  /// - Throws: `.unavailable` with the reason of the refusal, or the outage that kept the question from being answered.
  func judge(_ outcome: PipelineRequest.Outcome) throws(PostgresError) {
    let result: Result<PostgresResult, PostgresError>
    do throws(PostgresError) {
      result = .success(try outcome.onlyResult)
    } catch {
      result = .failure(error)
    }
    if let words = try refusal(result) { throw .unavailable(OutageReason(judged: words)) }
  }
}
