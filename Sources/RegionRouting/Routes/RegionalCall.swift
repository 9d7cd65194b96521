public import API
import HTTP1
import HTTPTypes
public import Logging
import NIOCore
public import SystemPrimitives
import Vocabulary

/// One request on a regional server.
public final class RegionalCall: Sendable {
  public let inbound: InboundRequest
  let router: RegionalRouter
  /// What may be believed about where it comes from.
  let arrival: InboundHopContext

  init(inbound: InboundRequest, router: RegionalRouter, arrival: InboundHopContext) {
    self.inbound = inbound
    self.router = router
    self.arrival = arrival
  }

  public var requestID: String { inbound.id }
  public var logger: Logger { inbound.logger }

  /// Who the client is, as far as that can be believed.
  public var client: IPAddress? { arrival.client }

  /// The bearer token.
  /// - Throws: 401 when it is missing, malformed or of a region that is not active.
  func bearerToken() throws(Problem) -> RegionToken {
    guard let token = BearerToken.read(inbound.headers), router.directory.isActive(token.region) else {
      throw .invalidSession
    }
    return token
  }

  /// Serves the request if its home is here, else forwards it and streams the answer back.
  /// - Parameter body: the body if it has been read; else it is streamed.
  /// - Throws: 421 for a request that another server sent here by mistake (RFC 9110 §15.5.20); what the hop throws.
  func atHome(
    _ region: RegionCode,
    body: ByteBuffer?,
    serve: () async throws -> Response
  ) async throws -> Response {
    guard region != router.directory.ownRegion else { return try await serve() }
    guard arrival.hop == nil else { throw Problem.misdirected }
    return try await router.forward(self, to: region, body: body)
  }
}

extension RegionalCall {
  /// Serves the request here if the region cannot be reached, or if another server thought that it should be served
  /// here.
  func preferably(
    at region: RegionCode,
    body: ByteBuffer?,
    serve: () async throws -> Response
  ) async throws -> Response {
    guard arrival.hop == nil else { return try await serve() }
    do {
      return try await atHome(region, body: body, serve: serve)
    } catch ForwardingError.regionUnavailable {
      return try await serve()
    }
  }
}

extension Problem {
  static let misdirected = Problem(
    .misdirectedRequest,
    .misdirected,
    "The request was forwarded to a region that is not its home."
  )
}
