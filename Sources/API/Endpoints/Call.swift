public import FoundationEssentials
public import HTTP1
import HTTPTypes
public import Logging
public import NIOCore
public import SystemPrimitives
public import Vocabulary

/// One request to an endpoint, as its handler sees it.
public struct Call: Sendable {
  public let inbound: InboundRequest
  /// The client's address, as far as it can be believed; nil if the operating system does not tell.
  public let client: IPAddress?
  /// The way to other regions; nil on the global service, where nothing has a home region.
  let homes: (any HomeRouting)?

  /// - Parameter homes: nil on the global service.
  public init(_ inbound: InboundRequest, client: IPAddress?, homes: (any HomeRouting)?) {
    self.inbound = inbound
    self.client = client
    self.homes = homes
  }

  public var requestID: String { inbound.id }
  public var logger: Logger { inbound.logger }
}

/// The regions, as one request to a regional server finds them, and the way to their servers.
///
/// The module `RegionRouting` implements it; endpoints and home rules need no more of it than this.
public protocol HomeRouting: Sendable {
  var ownRegion: RegionCode { get }
  /// True if another region's server has sent the request here because its home is here.
  var isForwarded: Bool { get }

  /// Says whether tokens and home regions may name the region.
  func isActive(_ region: RegionCode) -> Bool

  /// The active region that stands in for the home of something that has none. All servers choose the same one, as long
  /// as they know the same regions.
  func decoyRegion(for hash: Data) -> RegionCode

  /// Forwards the request and streams the response back.
  /// - Parameter body: the body if it has been read; else it is streamed.
  /// - Throws: 503 if the region is out of reach, 502 or 504 if it failed later.
  func forward(_ call: Call, to region: RegionCode, body: ByteBuffer?) async throws -> Response

  /// Forwards the request like `forward`.
  /// - Returns: nil if the region is out of reach: nothing has been sent.
  func forwardIfReachable(_ call: Call, to region: RegionCode, body: ByteBuffer?) async throws -> Response?
}

extension Call {
  /// The bearer token, read where its session is. The token's prefix names that region; on the global service tokens
  /// have no prefix.
  /// - Throws: 401 when it is missing, malformed or of a region that is not active; what the hop throws.
  func atHomeOfSession(serve: (RawToken) async throws -> Response) async throws -> Response {
    let text = BearerCredentials.read(inbound.headers)
    guard let homes else {
      guard let token = text.flatMap({ RawToken(hex: $0) }) else { throw Problem.invalidSession }
      return try await serve(token)
    }
    guard let token = text.flatMap({ RegionToken($0) }), homes.isActive(token.region) else {
      throw Problem.invalidSession
    }
    return try await atHome(token.region, body: nil) { try await serve(token.raw) }
  }

  /// Serves the request if its home is here, else forwards it and streams the response back.
  /// - Parameter body: the body if it has been read; else it is streamed.
  /// - Throws: 421 for a request that another server sent here by mistake (RFC 9110 §15.5.20); what the hop throws.
  func atHome(
    _ region: RegionCode,
    body: ByteBuffer?,
    serve: () async throws -> Response
  ) async throws -> Response {
    guard let homes, region != homes.ownRegion else { return try await serve() }
    guard !homes.isForwarded else { throw Problem.misdirected }
    return try await homes.forward(self, to: region, body: body)
  }

  /// Serves the request here if the region cannot be reached, or if another server thought that it should be served
  /// here.
  func preferably(
    at region: RegionCode,
    body: ByteBuffer?,
    serve: () async throws -> Response
  ) async throws -> Response {
    guard let homes, !homes.isForwarded, region != homes.ownRegion else { return try await serve() }
    if let response = try await homes.forwardIfReachable(self, to: region, body: body) { return response }
    return try await serve()
  }
}

extension Problem {
  static let misdirected = Problem(
    .misdirectedRequest,
    .misdirected,
    "The request was forwarded to a region that is not its home."
  )
}
