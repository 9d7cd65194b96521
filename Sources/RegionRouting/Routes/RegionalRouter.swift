public import API
import FoundationEssentials
import HTTP1
import HTTPTypes
import Logging
import NIOCore
import SystemPrimitives
import Vocabulary

/// Whom a listener of a regional server is for.
public enum RegionalListener: Sendable {
  /// Clients and servers of other regions: there is no other listener.
  case everybody
  /// Clients: a hop is refused, so that nobody outside of the network between the regions can send one.
  case clients
  /// Servers of other regions: what is no hop is refused.
  case hops
}

/// Turns the portals' endpoints into the routes of a regional server: finds each request's home and gets it there.
public final class RegionalRouter: Sendable {
  fileprivate let directory: RegionDirectory
  private let forwarder: Forwarder
  private let verifier: HopVerifier
  private let standIn: StandIn
  private let trustedProxies: TrustedProxies
  private let unbelieved = UnbelievedProxies()

  public init(
    directory: RegionDirectory,
    forwarder: Forwarder,
    verifier: HopVerifier,
    standIn: StandIn,
    trustedProxies: TrustedProxies
  ) {
    self.directory = directory
    self.forwarder = forwarder
    self.verifier = verifier
    self.standIn = standIn
    self.trustedProxies = trustedProxies
  }

  /// - Parameter listener: of the server that gets the routes
  public func routes(_ endpoints: [Endpoint], for listener: RegionalListener = .everybody) -> [Route] {
    endpoints.map { endpoint in
      let relay = endpoint.routing == .session && listener != .hops ? self.relay : nil
      let disclosure = HomeDisclosure(endpoint)
      return Route(endpoint.method, endpoint.path, relay: relay) { inbound in
        let arrival = try await self.admitted(inbound, by: listener)
        try inbound.countBody(for: arrival.client)
        let homes = RequestRouting(
          router: self,
          arrival: arrival,
          disclosure: disclosure,
          logger: inbound.logger
        )
        let checked = Self.checkingBody(inbound, arrival.hop)
        let call = Call(checked, client: arrival.client, homes: homes)
        guard arrival.hop != nil else { return try await endpoint.respond(to: call) }
        do {
          var response = try await endpoint.respond(to: call)
          response.isForRelay = true
          return response
        } catch {
          throw RelayedError(error)
        }
      }
    }
  }

  /// All servers choose the same region, as long as they know the same ones. A server that can forward nothing chooses
  /// itself.
  fileprivate func standIn(for name: Data) -> RegionCode {
    guard forwarder.configuration.signer != nil else { return directory.ownRegion }
    return standIn.choose(for: name, among: directory.reachableRegions) ?? directory.ownRegion
  }

  /// Reads the body before the hop, so that a client that sends slowly keeps no connection to the other region.
  fileprivate func forward(
    _ inbound: InboundRequest,
    _ arrival: InboundHopContext,
    _ disclosure: HomeDisclosure,
    to region: RegionCode,
    body: ByteBuffer?
  ) async throws -> Response {
    let whole = if let body { body } else { try await inbound.collectBody() }
    var context = ForwardingContext(inbound.request, id: inbound.id, arrival)
    context.disclosure = disclosure
    return try await forwarder.forward(inbound.request, to: region, body: whole, context: context)
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
    let arrival = arrival(of: inbound)
    // Beyond its client's share it is its endpoint that says so.
    guard inbound.request.body.count(for: ClientKeys(arrival.client, inbound.headers)) else { return false }
    var context = ForwardingContext(inbound.request, id: inbound.id, arrival)
    context.disclosure = .always
    return forwarder.relay(inbound.request, to: region, context: context) { done($0.mapError { $0 }) }
  }

  /// The region of a well-formed bearer token; the token itself is not read.
  private static func sessionRegion(_ headers: HeaderFields) -> RegionCode? {
    headers.withFirst("authorization") { BearerCredentials.token(in: $0).flatMap(RegionToken.region) } ?? nil
  }

  /// What may be believed about a request.
  /// - Throws: 421 for a request that another region's server has signed and that must not be carried out: no word of
  ///   why, which the log and the metrics tell.
  private func admitted(_ inbound: InboundRequest, by listener: RegionalListener) async throws
    -> InboundHopContext
  {
    var arrival = arrival(of: inbound)
    if arrival.refusal == .inactiveSender {
      // It may be a region that was added a moment ago.
      await directory.refresh()
      arrival = self.arrival(of: inbound)
    }
    if listener == .clients, arrival.hop != nil {
      HopVerifier.count(.publicListener)
      inbound.logger.warning(
        "hop signature rejected",
        metadata: ["reason": "\(HopRefusal.publicListener.rawValue)"]
      )
      throw Problem.misdirected
    }
    guard let refusal = arrival.refusal else {
      guard listener != .hops || arrival.hop != nil else { throw Problem.misdirected }
      return arrival
    }
    // Somebody without our keys pretends to be a server of ours, or keys or clocks of two regions disagree.
    inbound.logger.warning("hop signature rejected", metadata: ["reason": "\(refusal.rawValue)"])
    guard !refusal.isGenuine, listener != .hops else { throw Problem.misdirected }
    return arrival
  }

  /// The request, whose body must be the one that was signed, if that was at hand then.
  private static func checkingBody(_ inbound: InboundRequest, _ hop: HopSignature?) -> InboundRequest {
    guard let hop, case .digest(let digest) = hop.body else { return inbound }
    return inbound.checkingBody { [logger = inbound.logger] body in
      let actual = body.withUnsafeReadableBytes { SHA256.hash($0) }
      guard SHA256.equalInConstantTime(actual, digest) else {
        HopVerifier.count(.alteredBody)
        logger.warning("hop signature rejected", metadata: ["reason": "\(HopRefusal.alteredBody.rawValue)"])
        throw Problem.misdirected
      }
    }
  }

  private func arrival(of inbound: InboundRequest) -> InboundHopContext {
    let arrival = InboundHopContext(
      of: inbound.request.head,
      requestID: inbound.id,
      peer: inbound.peer.flatMap { IPAddress($0) },
      trusted: trustedProxies,
      verifier: verifier,
      now: WallClock.seconds()
    )
    unbelieved.note(inbound, isPeerTrusted: arrival.isPeerTrusted)
    return arrival
  }
}

/// The way of one request to its home.
private struct RequestRouting: HomeRouting {
  let router: RegionalRouter
  /// The facts about the request's origin that may be believed.
  let arrival: InboundHopContext
  let disclosure: HomeDisclosure
  let logger: Logger

  var ownRegion: RegionCode { router.directory.ownRegion }
  var isForwarded: Bool { arrival.hop != nil }

  func isActive(_ region: RegionCode) -> Bool { router.directory.isActive(region) }
  func standIn(for name: Data) -> RegionCode { router.standIn(for: name) }

  func forward(_ call: Call, to region: RegionCode, body: ByteBuffer?) async throws -> Response {
    try await router.forward(call.inbound, arrival, disclosure, to: region, body: body)
  }
}

extension RegionDirectory {
  /// Says whether tokens and home regions may name the region.
  func isActive(_ region: RegionCode) -> Bool {
    switch look(up: region) {
    case .own, .active: true
    case .inactive, .unknown: false
    }
  }
}
