import API
public import HTTP1
public import SystemPrimitives

/// What this server believes about a request that it passes on, as found by its outer layers.
public struct HopOrigin: Sendable {
  /// Matches `RequestID.isAcceptable`.
  public var requestID: String
  /// This server's own span; the hop gets a child of it.
  public var trace: TraceContext
  /// Nil when there is no address (Unix socket).
  public var client: IPAddress?
  /// `http` or `https`, as the client connected.
  public var scheme = "http"
  /// The peer is a trusted proxy, so its other `X-Forwarded-*` fields travel on.
  public var isPeerTrusted = false
  /// What is left of a deadline that arrived with the request.
  public var timeLeft: Duration?
  /// Tells when the client's connection closes.
  public var disconnect: ClientDisconnect?

  public init(requestID: String, trace: TraceContext, client: IPAddress?) {
    self.requestID = requestID
    self.trace = trace
    self.client = client
  }
}
