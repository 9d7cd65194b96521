import HTTPServing
import Logging
import Metrics
import NIOCore
public import ServiceKit
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
      Route(route.method, route.path) { inbound in
        let call = RegionalCall(inbound: inbound, router: self, arrival: self.arrival(of: inbound))
        var response = try await route.serve(call)
        response.isForRelay = call.arrival.hop != nil
        return response
      }
    }
  }

  func forward(_ call: RegionalCall, to region: RegionCode, body: ByteBuffer?) async throws -> Response {
    var random = SpanIDs()
    var origin = HopOrigin(
      requestID: call.requestID,
      trace: call.arrival.trace ?? .root(using: &random),
      client: call.client
    )
    origin.isPeerTrusted = call.arrival.isPeerTrusted
    origin.presence = call.inbound.request.presence
    do {
      let response = try await forwarder.forward(
        call.inbound.request,
        to: region,
        collectedBody: body,
        origin: origin
      )
      ForwardMetrics.record(region, outcome: "answered")
      return response
    } catch {
      ForwardMetrics.record(region, outcome: error.outcome)
      throw error
    }
  }

  private func arrival(of inbound: InboundRequest) -> HopArrival {
    let arrival = HopArrival(
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
