public import Logging
public import Vocabulary

/// The settings that every service has.
public struct CommonSettings: Sendable {
  public let logLevel: Logger.Level
  public let host: String
  public let port: Int
  public let poolSize: Int
  public let preparesStatements: Bool
  /// The age at which a database connection is replaced.
  public let connectionMaximumAge: Duration
  /// The time of serving on, as not ready, between the signal to stop and the stop.
  public let shutdownDelay: Duration
  public let shutdownTimeout: Duration
  public let scheduling: Scheduling
  public let requestTimeout: Duration
  /// The least average rate of a request in bytes per second; 0 means any.
  public let requestMinimumRate: Int
  /// The number of bytes that requests under way may hold in memory, all together.
  public let requestMemory: Int
  public let keepAliveTimeout: Duration

  /// - Parameter defaultPort: 8080 for an API server, 8081 for the global service, 8082 for a worker.
  public init(_ reader: inout SettingsReader, defaultPort: Int) {
    logLevel = reader.read(Self.logLevel)
    host = reader.read(Self.host)
    port = reader.read(Self.port(default: defaultPort))
    poolSize = reader.read(Self.poolSize)
    preparesStatements = reader.read(Self.preparesStatements)
    connectionMaximumAge = reader.read(Self.connectionMaximumAge)
    shutdownDelay = reader.read(Self.shutdownDelay)
    shutdownTimeout = reader.read(Self.shutdownTimeout)
    scheduling = reader.read(Self.scheduling)
    requestTimeout = reader.read(Self.requestTimeout)
    requestMinimumRate = reader.read(Self.requestMinimumRate)
    requestMemory = reader.read(Self.requestMemory) << 20
    keepAliveTimeout = reader.read(Self.keepAliveTimeout)
  }

  /// The region of a regional service; the global service has none.
  public static let region = Setting(
    required: "REGION",
    .region,
    example: RegionCode.example,
    "own region; its upper-case form begins its tokens"
  )
  static let logLevel = Setting(
    "LOG_LEVEL",
    .logLevel,
    default: .info,
    text: "info",
    "least level that is logged"
  )
  static let host = Setting(
    "HTTP_HOST",
    .listenAddress,
    default: "::",
    text: "::",
    "listen address; :: = all, of IPv6 and IPv4"
  )
  static func port(default port: Int) -> Setting<Int> {
    Setting(
      "HTTP_PORT",
      .integer(0...65535),
      default: port,
      text: "\(port)",
      "listen port; 0 = any free one, written to the log"
    )
  }
  static let poolSize = Setting(
    "DB_POOL_SIZE",
    .integer(1...1000),
    default: 16,
    text: "16",
    "connections per database pool"
  )
  static let preparesStatements = Setting(
    "DB_PREPARED_STATEMENTS",
    .switch,
    default: true,
    text: "on",
    "off = for a pooler in transaction mode without prepared statements (PgBouncer before 1.21)"
  )
  static let connectionMaximumAge = Setting(
    "DB_CONNECTION_MAX_AGE",
    .duration,
    default: .seconds(1800),
    text: "30m",
    "age at which a database connection is replaced, when nobody uses it"
  )
  static let shutdownDelay = Setting(
    "SHUTDOWN_DELAY",
    .durationOrZero,
    default: .zero,
    text: "0s",
    "time of serving on, as not ready, before a stop begins; longer than the balancer takes to notice"
  )
  static let shutdownTimeout = Setting(
    "SHUTDOWN_TIMEOUT",
    .duration,
    default: .seconds(30),
    text: "30s",
    "total time for a graceful stop, after SHUTDOWN_DELAY"
  )
  static let requestTimeout = Setting(
    "REQUEST_TIMEOUT",
    .duration,
    default: .seconds(60),
    text: "60s",
    "time for a whole request to arrive, head and body, and for a response to be taken; then 408 and close"
  )
  static let requestMinimumRate = Setting(
    "REQUEST_MIN_RATE",
    .integer(0...1_000_000),
    default: 100,
    text: "100",
    "bytes per second at which a request must arrive on average once it has taken 10 s; 0 = any"
  )
  static let requestMemory = Setting(
    "REQUEST_MEMORY",
    .integer(4...65_536),
    default: 64,
    text: "64",
    "MiB that bodies may hold, then 503; one client half of it while that is free, else an eighth, then 429"
  )
  static let keepAliveTimeout = Setting(
    "KEEPALIVE_TIMEOUT",
    .duration,
    default: .seconds(75),
    text: "75s",
    "time an idle connection is kept; longer than the load balancer keeps its own"
  )
  static let scheduling = Setting(
    "SCHEDULING",
    .scheduling,
    default: .batch,
    text: "batch",
    "batch = threads that wake up interrupt no others (Linux's SCHED_BATCH): more requests a second under load"
  )
}
