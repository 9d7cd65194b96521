public import HTTP1
public import HTTPTypes

/// One path and method with its handler. Paths of this API have no variables, so a path is its own pattern.
public struct Route: Sendable {
  public typealias Handler = @Sendable (InboundRequest) async throws -> Response
  /// Passes a request on, and calls back once with the answer. False: nothing has been done, it is for the handler.
  public typealias Relay =
    @Sendable (InboundRequest, _ done: @escaping @Sendable (Result<Response, any Error>) -> Void) -> Bool

  public let method: HTTPRequest.Method
  public let path: String
  /// Health checks and metric scrapes are not worth a log line each.
  public let isLogged: Bool
  /// Is asked first, and needs no task.
  public let relay: Relay?
  public let handle: Handler

  public init(
    _ method: HTTPRequest.Method,
    _ path: String,
    isLogged: Bool = true,
    relay: Relay? = nil,
    handle: @escaping Handler
  ) {
    self.method = method
    self.path = path
    self.isLogged = isLogged
    self.relay = relay
    self.handle = handle
  }
}
