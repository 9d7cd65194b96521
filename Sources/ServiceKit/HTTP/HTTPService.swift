import HTTPTypes
import HummingbirdCore
public import Logging
public import NIOCore
import NIOPosix
public import ServiceLifecycle
import Synchronization

/// The HTTP server of a service: listens, answers through the front, and on graceful shutdown stops accepting and lets
/// every request in flight be answered.
public struct HTTPService: Service {
  public struct Configuration: Sendable {
    public var host: String
    /// 0 means any free port; the log tells which.
    public var port: Int
    public var cors: CORSPolicy
    public var logsRequests: Bool
    /// Made anew for every connection, behind the HTTP decoder.
    public var connectionHandlers: @Sendable () -> [any RemovableChannelHandler] = { [] }

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
    let front = front
    let onListening = onListening
    let logger = logger
    let server = Server(
      childChannelSetup: HTTP1Channel(
        responder: { request, writer, channel in
          try await front.respond(to: request, writer: writer, channel: channel)
        },
        configuration: .init(
          additionalChannelHandlers: configuration.connectionHandlers(),
          idleTimeout: .seconds(75),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 << 10,
            maxHeaderListSize: 64 << 10,
            maxHeaderFieldCount: 128
          )
        )
      ),
      configuration: ServerConfiguration(
        address: .hostname(configuration.host, port: configuration.port),
        backlog: 1024
      ),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? 0
        logger.info("listening", metadata: ["port": "\(port)"])
        await onListening(port)
      },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }
    )
    try await server.run()
  }
}
