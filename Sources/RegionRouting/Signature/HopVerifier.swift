public import HTTP1
import HTTPTypes
import Metrics
import NIOConcurrencyHelpers
import Telemetry
public import Vocabulary

/// The reason why a `Vetchium-Hop` was not accepted.
public enum HopRefusal: String, Error, Sendable, CaseIterable {
  // Nothing is proven: the header could be anybody's.

  /// It has another form or version, or there are several.
  case malformed
  /// It claims to be for another region.
  case otherRegion = "other_region"
  /// There is no key for the region that it claims to be from, which may be the server's own.
  case unknownSender = "unknown_sender"
  /// The signature was made with a key that is none of the sender's, or for another request: another method, target,
  /// address or scheme of the client.
  case forged

  // The signature is the sender's, but the request must not be carried out.

  /// The signature is too old, or from the future.
  case expired
  /// A request with this id was accepted before.
  case replayed
  /// The region directory does not know the sender, or says that it is out of service.
  case inactiveSender = "inactive_sender"
  /// The request has another id or a body of another length than was signed.
  case altered
  /// The body has another digest than was signed.
  case alteredBody = "altered_body"
  /// It came to the listener for clients, while there is one for hops.
  case publicListener = "public_listener"

  /// The signature itself is the sender's. If not, the header proves nothing, and the request counts as a client's.
  public var isGenuine: Bool {
    switch self {
    case .malformed, .otherRegion, .unknownSender, .forged: false
    case .expired, .replayed, .inactiveSender, .altered, .alteredBody, .publicListener: true
    }
  }
}

/// The keys by which a server knows the servers of other regions.
public enum HopPeers: Sendable {
  /// The server has no keys: it believes no hop.
  case none
  /// All regions have the same `FORWARDING_KEYS`, so each can speak as any other.
  case shared(HopKeys)
  /// `FORWARDING_VERIFIERS`: each region can speak as itself only.
  case listed(HopVerifiers)

  /// The peers of a server with these settings.
  public init(keys: HopKeys?, verifiers: HopVerifiers?) {
    if let verifiers {
      self = .listed(verifiers)
    } else {
      self = keys.map(HopPeers.shared) ?? .none
    }
  }

  func keys(from sender: RegionCode, for recipient: RegionCode) -> [HMACKey] {
    switch self {
    case .none: []
    case .shared(let keys): keys.pair(from: sender, for: recipient)
    case .listed(let verifiers): verifiers.keys(of: sender)
    }
  }
}

/// Checks the signed requests that a server gets, and remembers which ones it has accepted: one per server.
public final class HopVerifier: Sendable {
  private let region: RegionCode
  private let directory: RegionDirectory
  private let peers: NIOLockedValueBox<HopPeers>
  private let workers: [HMACKey]
  private let derived = NIOLockedValueBox<[RegionCode: [HMACKey]]>([:])
  private let seen = NIOLockedValueBox<[RegionCode: SeenHops]>([:])

  /// - Parameters:
  ///   - region: the server's
  ///   - workers: the keys of the region's workers; nil if they have none
  public init(region: RegionCode, directory: RegionDirectory, peers: HopPeers, workers: HopKeys?) {
    self.region = region
    self.directory = directory
    self.peers = NIOLockedValueBox(peers)
    self.workers = workers?.pair(from: region, for: region) ?? []
  }

  /// Takes other keys of other regions, as when a region is added.
  public func replace(_ peers: HopPeers) {
    self.peers.withLockedValue { $0 = peers }
  }

  /// Checks the header of a request, with every key of the sender, in constant time per key. An accepted request is
  /// not accepted again. The body's digest is left to whoever reads the body.
  ///
  /// - Parameters:
  ///   - requestID: of the request, as its `X-Request-ID` says
  ///   - now: seconds since 1970
  /// - Returns: nil if there is no such header.
  public func verify(
    _ head: RequestHead,
    purpose: HopPurpose,
    requestID: String,
    now: Int64
  ) throws(HopRefusal) -> HopSignature? {
    guard head.headers.contains(.vetchiumHop) else { return nil }
    do throws(HopRefusal) {
      return try check(head, purpose, requestID, now)
    } catch {
      Self.count(error)
      throw error
    }
  }

  /// Counts a refusal that was found elsewhere.
  static func count(_ refusal: HopRefusal) {
    PlatformMetrics.hopsRefused(refusal.rawValue).increment()
  }

  private func check(
    _ head: RequestHead,
    _ purpose: HopPurpose,
    _ requestID: String,
    _ now: Int64
  ) throws(HopRefusal) -> HopSignature {
    // Our servers send it once; a request with two of them is not theirs.
    guard let parsed = head.headers.withOnly(.vetchiumHop, ParsedHopHeader.init) ?? nil else {
      throw .malformed
    }
    let signature = parsed.signature
    guard signature.to == region else { throw .otherRegion }
    let keys = keys(of: signature.from, purpose)
    guard !keys.isEmpty else { throw .unknownSender }
    let isGenuine = HopMessage.with(
      purpose: purpose,
      method: head.method.rawValue,
      target: head.target,
      capacity: parsed.claims.count
    ) {
      $0.write(parsed.claims)
    } use: { message in
      keys.contains { $0.isAuthentic(message, code: parsed.mac) }
    }
    guard isGenuine else { throw .forged }
    remember(keys, of: signature.from)
    // The difference can't overflow: `ParsedHopHeader` lets no more than twelve digits through.
    guard abs(now - signature.time) <= HopSignature.tolerance else { throw .expired }
    guard signature.requestID == requestID, signature.body.isFraming(of: head) else { throw .altered }
    guard signature.from == region || directory.mayHaveServers(signature.from) else { throw .inactiveSender }
    let verdict = seen.withLockedValue {
      $0[signature.from, default: SeenHops()].accept(signature.hop, signedAt: signature.time, now: now)
    }
    switch verdict {
    case .new: return signature
    case .seen: throw .replayed
    case .forgotten: throw .expired
    }
  }

  /// The own region's workers ask for recovery, other regions' servers for everything else.
  private func keys(of sender: RegionCode, _ purpose: HopPurpose) -> [HMACKey] {
    guard (sender == region) == (purpose == .recover) else { return [] }
    guard sender != region else { return workers }
    let peers = peers.withLockedValue(\.self)
    guard case .shared = peers else { return peers.keys(from: sender, for: region) }
    return derived.withLockedValue { $0[sender] } ?? peers.keys(from: sender, for: region)
  }

  /// Keeps keys that were derived, once they have proven to be somebody's: names can be made up.
  private func remember(_ keys: [HMACKey], of sender: RegionCode) {
    guard case .shared = peers.withLockedValue(\.self), sender != region else { return }
    derived.withLockedValue { $0[sender] = keys }
  }
}

extension RegionDirectory {
  /// Says whether requests may come from servers of another region. Before the directory was read for the first time
  /// nothing is known of regions that have no endpoint among the settings, so they may.
  func mayHaveServers(_ region: RegionCode) -> Bool {
    switch look(up: region) {
    case .active: true
    case .unknown: !hasBeenRead
    case .own, .inactive: false
    }
  }
}
