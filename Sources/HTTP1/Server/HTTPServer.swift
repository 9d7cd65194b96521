public import NIOCore
import NIOExtras
public import NIOPosix
import ServiceLifecycle

/// Listens on one address.
public struct HTTPServer: Sendable {
  public struct Configuration: Sendable {
    public var host: String
    /// 0 means any free port.
    public var port: Int
    public var backlog: Int32 = 1024
    /// How long a connection may do nothing: neither send what is missing of a request nor take what is there of an answer.
    public var idleTimeout = TimeAmount.seconds(75)
    public var headLimits = HeadLimits()
    /// How much of an unread body is dropped for the sake of the connection, in bytes.
    public var dropLimit = 16 << 20

    public init(host: String, port: Int) {
      self.host = host
      self.port = port
    }
  }

  private let configuration: Configuration
  private let responder: any HTTPResponder
  private let group: any EventLoopGroup

  public init(
    _ configuration: Configuration,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    responder: any HTTPResponder
  ) {
    self.configuration = configuration
    self.group = group
    self.responder = responder
  }

  /// Serves until the task is cancelled or gracefully shut down, and until then every request that has begun is answered.
  ///
  /// - Parameter onListening: called with the port once connections are accepted.
  /// - Throws: `IOError` if the address cannot be listened on.
  public func run(onListening: @Sendable (Int) async -> Void = { _ in }) async throws {
    let quiescing = ServerQuiescingHelper(group: group)
    let requests = RequestsInProgress()
    let channel = try await bind(quiescing, requests)
    await onListening(channel.localAddress?.port ?? 0)
    let stopped = channel.eventLoop.makePromise(of: Void.self)
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await stopped.futureResult.get()
    } onCancelOrGracefulShutdown: {
      quiescing.initiateShutdown(promise: stopped)
    }
    // Those whose client has left are still at work.
    await requests.allDone()
  }

  private func bind(
    _ quiescing: ServerQuiescingHelper,
    _ requests: RequestsInProgress
  ) async throws -> any Channel {
    let executors = EventLoopExecutors(group)
    return try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: configuration.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            quiescing.makeServerChannelHandler(channel: channel)
          )
        }
      }
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { [configuration, responder] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            HTTPConnection(
              channel,
              configuration: configuration,
              responder: responder,
              executor: executors.executor(of: channel.eventLoop),
              requests: requests
            )
          )
        }
      }
      .bind(host: configuration.host, port: configuration.port)
      .get()
  }
}
