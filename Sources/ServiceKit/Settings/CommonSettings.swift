public import Logging

/// The settings that every service has.
public struct CommonSettings: Sendable {
  public let logLevel: Logger.Level
  public let host: String
  public let port: Int
  public let poolSize: Int
  public let shutdownTimeout: Duration
  public let scheduling: Scheduling

  /// - Parameter defaultPort: 8080 for an API server, 8081 for the global service, 8082 for a worker.
  public init(_ reader: inout SettingsReader, defaultPort: Int) {
    logLevel = reader.read(Self.logLevel)
    host = reader.read(Self.host)
    port = reader.read(Self.port(default: defaultPort))
    poolSize = reader.read(Self.poolSize)
    shutdownTimeout = reader.read(Self.shutdownTimeout)
    scheduling = reader.read(Self.scheduling)
  }

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
    default: "0.0.0.0",
    text: "0.0.0.0",
    "listen address"
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
  static let shutdownTimeout = Setting(
    "SHUTDOWN_TIMEOUT",
    .duration,
    default: .seconds(30),
    text: "30s",
    "total time for a graceful stop"
  )
  static let scheduling = Setting(
    "SCHEDULING",
    .scheduling,
    default: .batch,
    text: "batch",
    "batch = threads that wake up interrupt no others (Linux's SCHED_BATCH): more requests a second under load"
  )
}
