import Glibc
import HTTPTypes
public import NIOCore
public import NIOPosix
import ServiceLifecycle
import Synchronization

/// Listens on one address.
public struct HTTPServer: Sendable {
  public struct Configuration: Sendable {
    /// `::` means all addresses of both families.
    public var host: String
    /// 0 means any free port.
    public var port: Int
    public var backlog: Int32 = 1024
    /// The time for a whole request, from its first byte to the last one of its body. Time in which the server does
    /// not read does not count. The client must also begin its first request, and take what is there of a response,
    /// within it.
    public var requestTimeout = TimeAmount.seconds(60)
    /// The rate at which a request must arrive on average, in bytes per second, once it has taken longer than
    /// `rateGrace`; 0 switches it off.
    public var minimumRate = 100
    public var rateGrace = TimeAmount.seconds(10)
    /// The time that a connection may wait for its next request.
    public var keepAliveTimeout = TimeAmount.seconds(75)
    /// The time that a stop waits for requests under way before their connections are closed.
    public var stopTimeout = TimeAmount.seconds(25)
    public var headLimits = HeadLimits()
    /// The bytes that requests under way may hold, at all servers that have the same object.
    public var memory = RequestMemory(limit: .max)
    /// The number of bytes of an unread body that are dropped for the sake of the connection.
    public var dropLimit = 16 << 20
    /// The number of open connections from which on each new one costs those that have waited for a request for
    /// longest.
    public var waitingLimit = Int.max
    /// The number of open connections from which on no further ones are accepted, but for the few that are accepted at
    /// once.
    public var connectionLimit = Int.max
    /// The time that a new connection has for the head of its first request before it may be closed for the sake of
    /// others.
    public var firstRequestGrace = TimeAmount.seconds(1)
    /// Called when no connection can be accepted: the operating system refuses, for want of file descriptors for
    /// example, or `connectionLimit` is reached. The server closes waiting connections then and tries again after a
    /// moment.
    public var onAcceptRefused: @Sendable (IOError) -> Void = { _ in }
    /// Encrypts connections; nil for plain ones.
    public var tls: (any HTTPServerTLS)?

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

  /// Serves until the task is cancelled or gracefully shut down. Requests that have begun get their response, and it
  /// returns after `stopTimeout` at the latest (and a second for responders whose connection was closed then).
  ///
  /// - Parameters:
  ///   - onListening: called with the port once connections are accepted.
  ///   - draining: returns when the server will be stopped soon. From then on each response says that it is its
  ///     connection's last, while connections are still accepted.
  /// - Throws: `IOError` if the address cannot be listened on.
  public func run(
    onListening: @Sendable (Int) async -> Void = { _ in },
    draining: (@Sendable () async -> Void)? = nil
  ) async throws {
    let loops = ServerEventLoops(group, ServerState(configuration, responder))
    let listener = try await bind(loops)
    await onListening(listener.localAddress?.port ?? 0)
    await withTaskGroup(of: Void.self) { tasks in
      if let draining {
        tasks.addTask {
          await draining()
          guard !Task.isCancelled else { return }
          loops.server.isDraining.store(true, ordering: .relaxed)
          for loop in loops.all { loop.onConnections { $0.drain() } }
        }
      }
      await withTaskCancellationOrGracefulShutdownHandler {
        // Nothing but a stop closes it: errors of accepting do not.
        try? await listener.closeFuture.get()
      } onCancelOrGracefulShutdown: {
        guard loops.server.isDraining.load(ordering: .relaxed) else { return listener.close(promise: nil) }
        Self.closeGently(listener)
      }
      tasks.cancelAll()
    }
    await Self.stop(loops)
  }

  /// The time for which a connection that is being made may still arrive.
  private static let handshakeTime = TimeAmount.milliseconds(500)

  /// Closes the listening socket once no connection can be waiting in it.
  ///
  /// Linux resets connections that it has established and that nobody has accepted yet, with the requests that were
  /// sent on them. So new ones are kept from beginning, by dropping SYN segments, while those that have begun are
  /// accepted. A client whose SYN was dropped sends it again after a second, is refused then, and can go to another
  /// server: it has sent nothing else.
  private static func closeGently(_ listener: any Channel) {
    listener.eventLoop.execute {
      guard let socket = listener as? any SocketOptionProvider, ConnectionFilter.dropNew.attach(to: socket)
      else {
        return listener.close(promise: nil)
      }
      listener.eventLoop.assumeIsolated().scheduleTask(in: handshakeTime) { listener.close(promise: nil) }
    }
  }

  private static func stop(_ loops: ServerEventLoops) async {
    let server = loops.server
    for loop in loops.all { loop.onConnections { $0.stop() } }
    await wait(atMost: server.configuration.stopTimeout) {
      await server.connections.reachedZero()
      // Responders whose client has left are still at work.
      await server.requests.reachedZero()
    }
    for loop in loops.all { loop.onConnections { $0.closeAll() } }
    await wait(atMost: .seconds(1)) {
      await server.connections.reachedZero()
      await server.requests.reachedZero()
    }
  }

  /// Waits for an event in a task of its own, since the server's may be cancelled already.
  private static func wait(atMost time: TimeAmount, for event: @escaping @Sendable () async -> Void) async {
    await Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await event() }
        group.addTask { try? await Task.sleep(for: .nanoseconds(time.nanoseconds)) }
        await group.next()
        group.cancelAll()
      }
    }.value
  }

  private func bind(_ loops: ServerEventLoops) async throws -> any Channel {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: configuration.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptPauses(loops))
        }
      }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      // Each connection keeps the memory of its last read for the next one, so it begins with little.
      .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 256, maximum: 65536)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let loop = loops.loop(of: channel.eventLoop)
          if loops.server.hasManyConnections { loop.connections.closeLongestWaiting() }
          if loops.server.isFull {
            channel.parent?.pipeline.fireUserInboundEventTriggered(AcceptPauses.IsFull())
          }
          if let tls = loops.server.configuration.tls {
            try channel.pipeline.syncOperations.addHandler(tls.makeHandler())
          }
          try channel.pipeline.syncOperations.addHandler(ServerConnection(channel, on: loop))
        }
      }
    guard configuration.host == "::" else {
      return try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
    }
    do {
      // For both families, whatever the system's default (net.ipv6.bindv6only) is.
      return try await bootstrap.serverChannelOption(
        .socket(.init(IPPROTO_IPV6), .init(IPV6_V6ONLY)),
        value: 0
      )
      .bind(host: "::", port: configuration.port).get()
    } catch let error as IOError where [EAFNOSUPPORT, EADDRNOTAVAIL].contains(error.errnoCode) {
      // A system without IPv6.
      return try await bootstrap.bind(host: "0.0.0.0", port: configuration.port).get()
    }
  }
}

/// Pauses accepting when the process or the system has no descriptor or memory left for another connection, and while
/// there are as many connections as there may be.
///
/// SwiftNIO stays registered for the listening socket after such an error, so that without a pause the event loop would
/// do nothing but try again.
private final class AcceptPauses: ChannelInboundHandler {
  typealias InboundIn = any Channel

  /// Sent by a connection that is one more than there should be.
  struct IsFull: Sendable {}

  private static let pause = TimeAmount.milliseconds(200)

  private let loops: ServerEventLoops
  private var isPaused = false

  init(_ loops: ServerEventLoops) {
    self.loops = loops
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) else {
      return context.fireErrorCaught(error)
    }
    pause(context.channel, error)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is IsFull else { return context.fireUserInboundEventTriggered(event) }
    pause(context.channel, IOError(errnoCode: EMFILE, reason: "as many connections as there may be"))
  }

  private func pause(_ channel: any Channel, _ reason: IOError) {
    loops.server.configuration.onAcceptRefused(reason)
    guard !isPaused, let options = channel.syncOptions else { return }
    isPaused = true
    // It does not fail: a listening socket has the option.
    try? options.setOption(.autoRead, value: false)
    makeRoom(channel)
  }

  /// Goes on once there is room, which may take until the connections that are busy have their responses.
  private func makeRoom(_ channel: any Channel) {
    for loop in loops.all { loop.onConnections { $0.closeLongestWaiting() } }
    channel.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [self] in
      guard channel.isActive else { return }
      if loops.server.isFull { return makeRoom(channel) }
      isPaused = false
      try? channel.syncOptions?.setOption(.autoRead, value: true)
    }
  }
}

/// The state of a server on each event loop of a group.
private struct ServerEventLoops: Sendable {
  let server: ServerState
  let all: [ServerEventLoop]
  private let byID: [ObjectIdentifier: ServerEventLoop]

  init(_ group: any EventLoopGroup, _ server: ServerState) {
    self.server = server
    all = group.makeIterator().map { ServerEventLoop($0, of: server) }
    byID = Dictionary(
      all.map { (ObjectIdentifier($0.eventLoop), $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  func loop(of eventLoop: any EventLoop) -> ServerEventLoop {
    byID[ObjectIdentifier(eventLoop)] ?? ServerEventLoop(eventLoop, of: server)
  }
}

extension ServerState {
  fileprivate var hasManyConnections: Bool { connections.value >= configuration.waitingLimit }
  fileprivate var isFull: Bool { connections.value >= configuration.connectionLimit }
}

/// Makes the handlers that encrypt the connections of a server.
public protocol HTTPServerTLS: Sendable {
  /// Makes the handler of one connection. An error closes the connection.
  func makeHandler() throws -> any ChannelHandler
}

/// Responds to the requests of a server.
public protocol HTTPResponder: Sendable {
  /// The rest of a request's work, done in a task; runs on the event loop of the request's connection, and goes on
  /// there whatever it awaits. It must write exactly one response, if it can: when it returns without one, the
  /// connection is closed.
  typealias Work = @Sendable () async -> Void

  /// Called on the event loop of the request's connection, as soon as the request's head is there.
  ///
  /// - Returns: nil if no task is needed. `ResponseWriter.complete` must then write the response, from wherever that
  ///   comes: until then the connection, and a stop of the server, wait for it.
  func begin(_ request: Request, with writer: ResponseWriter) -> Work?

  /// The response to a request that does not get to `begin`, and fields in addition to its own.
  func response(to error: RequestError) -> (Response, AddedFields)
}

extension HTTPResponder {
  public func response(to error: RequestError) -> (Response, AddedFields) {
    switch error {
    case .malformed, .malformedBody: (Response(status: .badRequest), .none)
    case .headTooLarge: (Response(status: .requestHeaderFieldsTooLarge), .none)
    case .connectRefused: (Response(status: .notImplemented), .none)
    case .timeout: (Response(status: .requestTimeout), .none)
    case .overloaded: (Response(status: .serviceUnavailable), .none)
    }
  }
}
