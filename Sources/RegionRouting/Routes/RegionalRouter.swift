public import API
import HTTP1
import HTTPTypes
public import Logging
import Metrics
import NIOCore
public import SystemPrimitives
import Vocabulary

/// Turns the portals' routes into the server's: finds each request's home and gets it there.
public final class RegionalRouter: Sendable {
  let directory: RegionDirectory
  private let forwarder: Forwarder
  private let keys: HopKeys?
  private let trustedProxies: TrustedProxies

  public init(
    directory: RegionDirectory,
    forwarder: Forwarder,
    keys: HopKeys?,
    trustedProxies: TrustedProxies
  ) {
    self.directory = directory
    self.forwarder = forwarder
    self.keys = keys
    self.trustedProxies = trustedProxies
  }

  public func routes(_ regional: [RegionalRoute]) -> [Route] {
    regional.map { route in
      Route(route.method, route.path, relay: route.rule == .session ? relay : nil) { inbound in
        let call = RegionalCall(inbound: inbound, router: self, arrival: self.arrival(of: inbound))
        var response = try await route.serve(call)
        response.isForRelay = call.arrival.hop != nil
        return response
      }
    }
  }

  func forward(_ call: RegionalCall, to region: RegionCode, body: ByteBuffer?) async throws -> Response {
    try await forwarder.forward(
      call.inbound.request,
      to: region,
      collectedBody: body,
      context: ForwardingContext(call.inbound.request, id: call.inbound.id, call.arrival)
    )
  }

  /// Passes a request with another region's session on, if that needs no task. What it does not take, `atHome` does.
  private func relay(
    _ inbound: InboundRequest,
    done: @escaping @Sendable (Result<Response, any Error>) -> Void
  ) -> Bool {
    guard !inbound.headers.contains(.vetchiumHop), let region = BearerToken.region(inbound.headers),
      region != directory.ownRegion
    else { return false }
    let context = ForwardingContext(inbound.request, id: inbound.id, arrival(of: inbound))
    return forwarder.relay(inbound.request, to: region, context: context) { done($0.mapError { $0 }) }
  }

  private func arrival(of inbound: InboundRequest) -> InboundHopContext {
    let arrival = InboundHopContext(
      of: inbound.request.head,
      peer: inbound.peer.flatMap { IPAddress($0) },
      trusted: trustedProxies,
      keys: keys,
      now: WallClock.seconds()
    )
    if let reason = arrival.rejectedHop {
      // Somebody without our keys pretends to be a server of ours, or keys or clocks of two regions disagree.
      inbound.logger.warning("hop signature rejected", metadata: ["reason": "\(reason)"])
    }
    return arrival
  }
}

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

  /// Serves the request if its home is here, else forwards it and streams the response back.
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
