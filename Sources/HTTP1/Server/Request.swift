public import HTTPTypes
import NIOConcurrencyHelpers
public import NIOCore

/// A request as it arrived. A class, since it is handed through many calls and never changes.
public final class Request: Sendable {
  public let head: RequestHead
  public let body: RequestBody
  /// The connection's other end; nil if the operating system does not tell.
  public let peer: SocketAddress?
  /// Tells when the client disconnects; nil for a request that came over no connection, as in tests.
  public let disconnect: ClientDisconnect?

  public init(
    head: RequestHead,
    body: RequestBody = .empty,
    peer: SocketAddress? = nil,
    disconnect: ClientDisconnect? = nil
  ) {
    self.head = head
    self.body = body
    self.peer = peer
    self.disconnect = disconnect
  }

  public var method: HTTPRequest.Method { head.method }
  /// Path and query, whatever the form of the target was.
  public var target: String { head.target }
  public var headers: HeaderFields { head.headers }
}

/// The reason why a request's body will not be complete.
public enum RequestBodyError: Error, Sendable {
  case clientGone
  /// The bytes that the client sent are no body (RFC 9112 §7).
  case malformed
  /// The client sent it too slowly.
  case timeout
  /// The requests under way hold as many bytes as they may (`RequestMemory`).
  case overloaded
  /// Those of this client do.
  case overShare
}

/// A request's body: bytes as they come. It can be read once, by one reader.
public struct RequestBody: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer

  private let stream: BodyStream<RequestBodyError>?
  /// The bytes of the stream, which count as long as somebody has this body.
  private let held: HeldBytes?
  /// Set if the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
  private let sendContinue: (@Sendable () -> Void)?

  public static let empty = RequestBody(nil)

  /// A body that did not arrive over a connection, as in tests.
  public init(_ bytes: ByteBuffer) {
    let stream = BodyStream<RequestBodyError>(bytes) {}
    stream.end(.success(()))
    self.init(stream)
  }

  init(
    _ stream: BodyStream<RequestBodyError>?,
    held: HeldBytes? = nil,
    sendContinue: (@Sendable () -> Void)? = nil
  ) {
    self.stream = stream
    self.held = held
    self.sendContinue = sendContinue
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let stream: BodyStream<RequestBodyError>?
    fileprivate var sendContinue: (@Sendable () -> Void)?

    /// The next bytes; nil at the end and when the task is cancelled.
    /// - Throws: `RequestBodyError`.
    public mutating func next() async throws -> ByteBuffer? {
      guard let stream else { return nil }
      sendContinue?()
      sendContinue = nil
      return try await withTaskCancellationHandler {
        try await stream.next()
      } onCancel: {
        stream.release()
      }
    }
  }

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(stream: stream, sendContinue: sendContinue)
  }

  /// Says whether all of it has arrived and none has been read.
  public var isComplete: Bool { stream?.isComplete ?? true }

  /// The whole body if it has arrived already; it counts as read then.
  public func takeIfComplete() -> ByteBuffer? {
    guard let stream else { return ByteBuffer() }
    return stream.takeIfComplete()
  }

  /// Counts the body for a client, from what is there of it on. A small one that has arrived takes nothing of a share.
  /// - Returns: false if the client has too much under way: then it must be refused. Once this is true, the body ends
  ///   with `RequestBodyError.overShare` when what still arrives becomes too much.
  public func count(for client: @autoclosure () -> ClientKeys) -> Bool {
    guard let held, !(isComplete && held.isSmall) else { return true }
    return held.assign(to: client())
  }

  public struct TooLarge: Error {}

  /// The whole body.
  /// - Parameter limit: in bytes
  /// - Throws: `TooLarge`, `RequestBodyError`.
  public func collect(upTo limit: Int) async throws -> ByteBuffer {
    var collected = ByteBuffer()
    for try await var part in self {
      guard collected.readableBytes + part.readableBytes <= limit else { throw TooLarge() }
      if collected.readableBytes == 0 { collected = part } else { collected.writeBuffer(&part) }
    }
    return collected
  }
}

/// The reason why the server responds to a request by itself.
public enum RequestError: Sendable {
  case malformed
  /// The head was in order, but what arrived with it is no body (RFC 9112 §7).
  case malformedBody
  /// The head is larger than `HeadLimits` allow (RFC 6585 §5).
  case headTooLarge
  /// The method is CONNECT (RFC 9110 §9.3.6).
  case connectRefused
  /// The head did not arrive in time (RFC 9110 §15.5.9).
  case timeout
  /// The requests under way hold as many bytes as they may (`RequestMemory`).
  case overloaded

  init(_ error: MessageError, isInBody: Bool) {
    switch error {
    case .malformed: self = isInBody ? .malformedBody : .malformed
    case .headTooLarge: self = .headTooLarge
    case .connectRefused: self = .connectRefused
    }
  }
}

/// Tells when the client of a connection goes away, so that work done for it can stop at once.
///
/// A client that has shut down its sending half looks exactly like one that has closed, until something is sent to it.
/// So there are two things to learn: that nothing more will come, and that nothing can be delivered any more.
public final class ClientDisconnect: Sendable {
  private struct State {
    var isGone = false
    var isClosed = false
    var action: (@Sendable () -> Void)?
    /// The action waits until nothing can be delivered.
    var isForClose = false

    var isDue: Bool { isForClose ? isClosed : isGone }
  }

  /// The event loop of the client's connection.
  public let eventLoop: any EventLoop
  private let state = NIOLockedValueBox(State())

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// Calls the action once if nothing more will come from the client (at once if it has ended its half), which may
  /// still wait for a response; replaces the action before.
  /// HTTP/1.1 has one request at a time, so one action is enough.
  public func onDisconnect(_ action: @escaping @Sendable () -> Void) {
    set(action, isForClose: false)
  }

  /// Calls the action once if the connection is gone in both directions (at once if it is); replaces the action before.
  public func onClose(_ action: @escaping @Sendable () -> Void) {
    set(action, isForClose: true)
  }

  private func set(_ action: @escaping @Sendable () -> Void, isForClose: Bool) {
    let isDue = state.withLockedValue { state in
      state.isForClose = isForClose
      state.action = state.isDue ? nil : action
      return state.isDue
    }
    if isDue { action() }
  }

  /// Forgets the action.
  public func ignore() {
    state.withLockedValue { $0.action = nil }
  }

  /// - Parameter isClosed: false if the client may still take a response
  func clientLeft(isClosed: Bool) {
    let action = state.withLockedValue { state in
      state.isGone = true
      if isClosed { state.isClosed = true }
      return state.isDue ? state.action.take() : nil
    }
    action?()
  }
}
