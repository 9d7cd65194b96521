public import NIOCore
import NIOPosix
import Synchronization

/// An HTTP/1.1 client with persistent connections (RFC 9112 §9.3).
///
/// It has one set of connections per event loop, so that a request made on behalf of a server's connection stays on
/// that connection's thread. It sends the target verbatim, never follows redirects, never decompresses, uses no proxy
/// and keeps no cookies. A request ends early by closing its connection. Every request goes out once; the only
/// exception is a `GET` or `HEAD` on a kept-alive connection that turns out to be closed.
public final class HTTPClient: Sendable {
  public struct Configuration: Sendable {
    /// Open connections per endpoint; divided among the event loops, at least one each.
    public var connectionLimit = 512
    /// The time that an idle connection is kept. It should be well below the time after which the servers close
    /// theirs, so that a request rarely meets a closing connection.
    public var idleTimeout = TimeAmount.seconds(30)
    /// Encrypts connections to `https` endpoints; nil means that those cannot be connected to.
    public var tls: (any HTTPClientTLS)?

    public init() {}
  }

  private let group: any EventLoopGroup
  private let pools: [ObjectIdentifier: EventLoopPool]
  private let lastID = Atomic<UInt64>(0)

  public init(_ configuration: Configuration = .init(), group: any EventLoopGroup) {
    self.group = group
    let eventLoops = Array(group.makeIterator())
    var perLoop = configuration
    perLoop.connectionLimit = max(1, configuration.connectionLimit / max(1, eventLoops.count))
    pools = Dictionary(
      eventLoops.map { [perLoop] eventLoop in
        (ObjectIdentifier(eventLoop), EventLoopPool(eventLoop, perLoop))
      },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// A handle for one request: on the current event loop if it is one of the client's, so that nothing changes threads.
  ///
  /// - Parameter preferred: the event loop to use otherwise
  public func makeHandle(preferring preferred: (any EventLoop)?) -> RequestHandle {
    let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
    let pool = pool(on: MultiThreadedEventLoopGroup.currentEventLoop) ?? pool(on: preferred)
    guard let pool = pool ?? self.pool(on: group.next()) else {
      preconditionFailure("an event loop group hands out loops that it doesn't list")
    }
    return RequestHandle(id: id, pool: pool)
  }

  private func pool(on eventLoop: (any EventLoop)?) -> EventLoopPool? {
    eventLoop.flatMap { pools[ObjectIdentifier($0)] }
  }

  /// Closes all connections; requests in progress fail with `cancelled`.
  public func shutdown() async {
    for pool in pools.values {
      await withCheckedContinuation { continuation in
        pool.run { pool in
          pool.shutDown()
          continuation.resume()
        }
      }
    }
  }
}

/// Makes the handlers that encrypt the connections of a client. The handler must fire
/// `TLSUserEvent.handshakeCompleted`.
public protocol HTTPClientTLS: Sendable {
  /// Makes the handler of one connection.
  /// - Parameter host: a name or an address, without brackets; the peer's certificate must be valid for it
  func makeHandler(host: String) throws -> any ChannelHandler
}

/// Starts and cancels one request, from any thread.
public struct RequestHandle: Sendable {
  public typealias Outcome = Result<ClientResponse, HTTPClientError>

  let id: UInt64
  let pool: EventLoopPool

  /// Sends a request.
  ///
  /// - Parameters:
  ///   - connectTimeout: for having a connection, whether a free or a new one
  ///   - deadline: for everything, the response's last byte included
  ///   - done: called once, on the event loop: when the response's head is there, or the whole response if it is small
  public func start(
    _ request: ClientRequest,
    to endpoint: HTTPEndpoint,
    connectTimeout: TimeAmount,
    deadline: NIODeadline,
    done: @escaping @Sendable (Outcome) -> Void
  ) {
    pool.run { [id] pool in
      pool.start(
        ClientExchange(
          id: id,
          endpoint: endpoint,
          request: request,
          connectTimeout: connectTimeout,
          deadline: deadline,
          done: done
        )
      )
    }
  }

  /// Sends a request and waits for the response; it is cancelled with the task.
  /// - Parameter timeout: for everything, from a connection to the last byte
  public func send(
    _ request: ClientRequest,
    to endpoint: HTTPEndpoint,
    connectTimeout: TimeAmount,
    timeout: TimeAmount
  ) async -> Outcome {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        start(request, to: endpoint, connectTimeout: connectTimeout, deadline: .now() + timeout) {
          continuation.resume(returning: $0)
        }
        // The handler below may have run before there was anything to cancel.
        if Task.isCancelled { cancel() }
      }
    } onCancel: {
      cancel()
    }
  }

  /// Ends the request by closing its connection; does nothing when it is over.
  public func cancel() {
    pool.run { [id] pool in pool.cancel(id) }
  }
}

/// Reaches one event loop's `ConnectionPool` from any thread; the pool is made when it is first used.
final class EventLoopPool: Sendable {
  private let eventLoop: any EventLoop
  private let pool: NIOLoopBoundBox<ConnectionPool?>
  private let configuration: HTTPClient.Configuration

  init(_ eventLoop: any EventLoop, _ configuration: HTTPClient.Configuration) {
    self.eventLoop = eventLoop
    self.configuration = configuration
    pool = .makeEmptyBox(eventLoop: eventLoop)
  }

  /// Calls at once when on the event loop already.
  func run(_ work: @escaping @Sendable (ConnectionPool) -> Void) {
    if eventLoop.inEventLoop { work(current) } else { eventLoop.execute { work(self.current) } }
  }

  private var current: ConnectionPool {
    if let existing = pool.value { return existing }
    let made = ConnectionPool(eventLoop, configuration)
    pool.value = made
    return made
  }
}
