public import API
import FoundationEssentials
import HTTP1
import HTTPTypes
import Logging
import NIOCore
import SystemPrimitives
import Vocabulary

/// Turns the portals' endpoints into the routes of a regional server: finds each request's home and gets it there.
public final class RegionalRouter: Sendable {
  fileprivate let directory: RegionDirectory
  private let forwarder: Forwarder
  private let keys: HopKeys?
  private let trustedProxies: TrustedProxies
  private let unbelieved = UnbelievedProxies()

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

  public func routes(_ endpoints: [Endpoint]) -> [Route] {
    endpoints.map { endpoint in
      Route(endpoint.method, endpoint.path, relay: endpoint.routing == .session ? relay : nil) { inbound in
        let arrival = self.arrival(of: inbound)
        let homes = RequestRouting(router: self, arrival: arrival, logger: inbound.logger)
        var response = try await endpoint.respond(to: Call(inbound, client: arrival.client, homes: homes))
        response.isForRelay = arrival.hop != nil
        return response
      }
    }
  }

  fileprivate func forward(
    _ inbound: InboundRequest,
    _ arrival: InboundHopContext,
    to region: RegionCode,
    body: ByteBuffer?
  ) async throws(ForwardingError) -> Response {
    try await forwarder.forward(
      inbound.request,
      to: region,
      collectedBody: body,
      context: ForwardingContext(inbound.request, id: inbound.id, arrival)
    )
  }

  /// Passes a request with another region's session on, if that needs no task. A request that it does not take is
  /// forwarded by its endpoint.
  private func relay(
    _ inbound: InboundRequest,
    done: @escaping @Sendable (Result<Response, any Error>) -> Void
  ) -> Bool {
    guard !inbound.headers.contains(.vetchiumHop), let region = Self.sessionRegion(inbound.headers),
      region != directory.ownRegion
    else { return false }
    let context = ForwardingContext(inbound.request, id: inbound.id, arrival(of: inbound))
    return forwarder.relay(inbound.request, to: region, context: context) { done($0.mapError { $0 }) }
  }

  /// The region of a well-formed bearer token; the token itself is not read.
  private static func sessionRegion(_ headers: HeaderFields) -> RegionCode? {
    headers.withFirst("authorization") { BearerCredentials.token(in: $0).flatMap(RegionToken.region) } ?? nil
  }

  private func arrival(of inbound: InboundRequest) -> InboundHopContext {
    let arrival = InboundHopContext(
      of: inbound.request.head,
      peer: inbound.peer.flatMap { IPAddress($0) },
      trusted: trustedProxies,
      keys: keys,
      now: WallClock.seconds()
    )
    unbelieved.note(inbound, isPeerTrusted: arrival.isPeerTrusted)
    if let reason = arrival.rejectedHop {
      // Somebody without our keys pretends to be a server of ours, or keys or clocks of two regions disagree.
      inbound.logger.warning("hop signature rejected", metadata: ["reason": "\(reason)"])
    }
    return arrival
  }
}

/// The way of one request to its home.
private struct RequestRouting: HomeRouting {
  let router: RegionalRouter
  /// The facts about the request's origin that may be believed.
  let arrival: InboundHopContext
  let logger: Logger

  var ownRegion: RegionCode { router.directory.ownRegion }
  var isForwarded: Bool { arrival.hop != nil }

  func isActive(_ region: RegionCode) -> Bool { router.directory.isActive(region) }
  func decoyRegion(for hash: Data) -> RegionCode { router.directory.decoyRegion(for: hash) }

  func forward(_ call: Call, to region: RegionCode, body: ByteBuffer?) async throws -> Response {
    try await router.forward(call.inbound, arrival, to: region, body: body)
  }

  func forwardIfReachable(_ call: Call, to region: RegionCode, body: ByteBuffer?) async throws -> Response? {
    do {
      return try await router.forward(call.inbound, arrival, to: region, body: body)
    } catch ForwardingError.regionUnavailable {
      return nil
    }
  }
}

extension RegionDirectory {
  /// The active region that stands in for the home of something that has none. All servers choose the same one, as long
  /// as they know the same regions.
  func decoyRegion(for hash: some Sequence<UInt8>) -> RegionCode {
    let regions = activeRegions
    guard !regions.isEmpty else { return ownRegion }
    let number = hash.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return regions[Int(number) % regions.count]
  }

  /// Says whether tokens and home regions may name the region.
  func isActive(_ region: RegionCode) -> Bool {
    switch look(up: region) {
    case .own, .active: true
    case .inactive, .unknown: false
    }
  }
}
