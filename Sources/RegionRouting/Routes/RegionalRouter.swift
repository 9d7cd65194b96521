public import API
import HTTP1
import Logging
import Metrics
import NIOCore
import SystemPrimitives
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
