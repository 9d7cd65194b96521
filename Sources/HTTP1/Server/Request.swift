public import NIOCore
public import NIOHTTP1

/// A request as it arrived. A class, since it is handed through many calls and never changes.
public final class Request: Sendable {
  public let head: RequestHead
  public let body: RequestBody
  /// The connection's other end; nil if the operating system does not tell.
  public let peer: SocketAddress?
  /// Nil for a request that came over no connection, as in tests.
  public let presence: ClientPresence?

  public init(
    head: RequestHead,
    body: RequestBody = .empty,
    peer: SocketAddress? = nil,
    presence: ClientPresence? = nil
  ) {
    self.head = head
    self.body = body
    self.peer = peer
    self.presence = presence
  }

  public var method: HTTPMethod { head.method }
  /// The target as sent: path and query.
  public var target: String { head.target }
  public var headers: HeaderFields { head.headers }
}
