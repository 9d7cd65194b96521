public import HTTPServing
public import HTTPTypes

/// One path and method with its handler. Paths of this API have no variables, so a path is its own pattern.
public struct Route: Sendable {
  public typealias Handler = @Sendable (InboundRequest) async throws -> Response

  public let method: HTTPRequest.Method
  public let path: String
  /// Health checks and metric scrapes are not worth a log line each.
  public let isLogged: Bool
  public let handle: Handler

  public init(
    _ method: HTTPRequest.Method,
    _ path: String,
    isLogged: Bool = true,
    handle: @escaping Handler
  ) {
    self.method = method
    self.path = path
    self.isLogged = isLogged
    self.handle = handle
  }
}
