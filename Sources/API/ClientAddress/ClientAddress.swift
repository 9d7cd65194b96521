public import HTTP1
import Logging
public import NIOCore
import Synchronization
public import SystemPrimitives

/// Finds out which address the client has, behind a chain of proxies.
public enum ClientAddress {
  /// Follows `X-Forwarded-For` from the peer outwards for as long as the hop that wrote an entry is trusted: the
  /// rightmost address that is not ours is the client; what lies left of it is whatever the client chose to send.
  ///
  /// - Parameters:
  ///   - peer: the other end of the connection; nil when it has no IP address (Unix socket), which nobody from outside
  ///     can reach and which therefore counts as trusted
  ///   - forwardedFor: the values of all `X-Forwarded-For` lines, in order
  ///   - trusted: the peers whose entries are believed
  public static func believed(
    peer: IPAddress?,
    forwardedFor: [String],
    trusted: TrustedProxies
  ) -> IPAddress? {
    var client = peer
    var isTrusted = peer.map(trusted.contains) ?? true
    guard isTrusted else { return client }
    let entries = forwardedFor.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    for entry in entries.reversed() {
      guard isTrusted, let address = address(in: entry) else { break }
      client = address
      isTrusted = trusted.contains(address)
    }
    return client
  }

  /// An entry is an address, perhaps with a port: `192.0.2.1`, `192.0.2.1:8080`, `2001:db8::1`, `[2001:db8::1]:8080`.
  private static func address(in entry: Substring) -> IPAddress? {
    var text = entry.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      return IPAddress(text[text.index(after: text.startIndex)..<end])
    }
    if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
      return IPAddress(text[..<colon])
    }
    return IPAddress(text)
  }
}

extension IPAddress {
  /// The address of a connection's end; nil for a Unix socket.
  public init?(_ end: SocketAddress) {
    // The places of the addresses in `sockaddr_in` and `sockaddr_in6` are the same in all of Linux's ABIs.
    switch end {
    case .v4:
      self.init(
        v4: end.withSockAddr { end, _ in
          UnsafeRawPointer(end).loadUnaligned(fromByteOffset: 4, as: UInt32.self)
        }
      )
    case .v6:
      self = end.withSockAddr { end, size in
        IPAddress(
          v6: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: end, count: size)[8..<24])
        )
      }
    case .unixDomainSocket: return nil
    }
  }
}

/// The networks whose `X-Forwarded-For` is believed (setting `TRUSTED_PROXIES`).
public struct TrustedProxies: Sendable, Equatable {
  let networks: [IPNetwork]

  /// Reads a comma-separated list of networks (`10.0.0.0/8`) and single addresses. An empty list trusts no peer.
  public static func parse(_ text: String) throws(TrustedProxiesError) -> TrustedProxies {
    var networks: [IPNetwork] = []
    for item in text.split(separator: ",") {
      let item = item.filter { !$0.isWhitespace }
      guard !item.isEmpty else { continue }
      guard let network = IPNetwork(item) else { throw TrustedProxiesError(item: item) }
      networks.append(network)
    }
    return TrustedProxies(networks: networks)
  }

  /// This machine, where a load balancer may be. Every other one has to be named: whoever is believed chooses the
  /// address that the pauses of logins and the audit log go by, and so would each client of a private network.
  public static let loopbackText = "127.0.0.0/8,::1/128"
  public static let loopback = TrustedProxies(
    networks: loopbackText.split(separator: ",").compactMap { IPNetwork(String($0)) }
  )

  public func contains(_ address: IPAddress) -> Bool {
    networks.contains { $0.contains(address) }
  }
}

/// Says once in the life of a service that a peer sends `X-Forwarded-For` and is not believed: either `TRUSTED_PROXIES`
/// leaves out a load balancer, or somebody pretends to be behind one.
public final class UnbelievedProxies: Sendable {
  private let isSaid = Atomic(false)

  public init() {}

  /// - Parameter isPeerTrusted: whether the peer's header is believed
  public func note(_ inbound: InboundRequest, isPeerTrusted: Bool) {
    guard !isPeerTrusted, !isSaid.load(ordering: .relaxed), inbound.headers.contains("x-forwarded-for"),
      !isSaid.exchange(true, ordering: .relaxed)
    else { return }
    inbound.logger.warning(
      "X-Forwarded-For of a peer outside TRUSTED_PROXIES is ignored; this is said only once",
      metadata: ["path": "\(inbound.path)"]
    )
  }
}

/// An item of `TRUSTED_PROXIES` that is no network.
public struct TrustedProxiesError: Error, Equatable, CustomStringConvertible {
  public let item: String

  public var description: String {
    "\"\(item)\" is neither an address nor a network such as 10.0.0.0/8 or fc00::/7"
  }
}

extension ClientKeys {
  /// - Parameters:
  ///   - client: the client's address, as far as it can be believed; nil if there is none
  ///   - headers: those of the request, with its session
  public init(_ client: IPAddress?, _ headers: HeaderFields) {
    let session = headers.withFirst("authorization") { credentials in
      BearerCredentials.token(in: credentials).map { token in
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(token))
        return hasher.finalize()
      }
    }
    self.init(network: client?.networkAddress.hashValue, session: session ?? nil)
  }
}

/// A network in CIDR notation (RFC 4632, RFC 4291 §2.3). Bits after the prefix must be zero: a network written with
/// host bits is more often a mistake than meant.
struct IPNetwork: Sendable, Equatable {
  private let base: IPAddress
  private let highMask: UInt64
  private let lowMask: UInt64

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let address = IPAddress(parts[0]) else { return nil }
    let isDotted = !parts[0].contains(":")
    let width = isDotted ? 32 : 128
    var length = width
    if parts.count == 2 {
      guard let given = UInt8(parts[1]), given <= width, parts[1].first != "+" else { return nil }
      length = Int(given)
    }
    let bits = isDotted ? length + 96 : length
    highMask = bits >= 64 ? .max : ~(.max >> UInt64(bits))
    lowMask = bits <= 64 ? 0 : ~(bits == 128 ? 0 : UInt64.max >> UInt64(bits - 64))
    guard address.high & ~highMask == 0, address.low & ~lowMask == 0 else { return nil }
    base = address
  }

  func contains(_ address: IPAddress) -> Bool {
    address.high & highMask == base.high && address.low & lowMask == base.low
  }
}
