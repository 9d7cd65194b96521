import HTTP1
public import Logging
public import ServiceLifecycle

/// The HTTP server of a service: listens, answers through the front, and on graceful shutdown stops accepting and lets
/// every request in flight be answered.
public struct HTTPService: Service {
  public struct Configuration: Sendable {
    public var host: String
    /// 0 means any free port; the log tells which.
    public var port: Int
    public var cors: CORSPolicy
    public var logsRequests: Bool

    public init(_ settings: CommonSettings, cors: CORSPolicy) {
      self.init(host: settings.host, port: settings.port, cors: cors)
    }

    public init(host: String, port: Int, cors: CORSPolicy = .anyOrigin, logsRequests: Bool = true) {
      self.host = host
      self.port = port
      self.cors = cors
      self.logsRequests = logsRequests
    }
  }

  private let configuration: Configuration
  private let front: Front
  private let logger: Logger
  private let onListening: @Sendable (Int) async -> Void

  /// - Parameters:
  ///   - onListening: called with the port once connections are accepted.
  public init(
    _ configuration: Configuration,
    routes: [Route],
    identity: ServiceIdentity,
    logger: Logger,
    sink: LogSink = .standardOutput,
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.logger = logger
    self.onListening = onListening
    front = Front(
      routes: RouteTable(routes),
      cors: configuration.cors,
      accessLog: AccessLog(sink: sink, identity: identity, isEnabled: configuration.logsRequests),
      logger: logger
    )
  }

  public func run() async throws {
    let server = HTTPServer(.init(host: configuration.host, port: configuration.port), responder: front)
    try await server.run { port in
      logger.info("listening", metadata: ["port": "\(port)"])
      await onListening(port)
    }
  }
}
