public import SystemPrimitives

/// The networks whose word about the client's address is believed (setting `TRUSTED_PROXIES`).
public struct TrustedProxies: Sendable, Equatable {
  let networks: [IPNetwork]

  /// Reads a comma-separated list of networks (`10.0.0.0/8`) and single addresses. Empty: nobody is trusted.
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

  /// Loopback and the private networks of RFC 1918 and RFC 4193: where one's own load balancers are.
  public static let privateNetworksText =
    "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"
  public static let privateNetworks = TrustedProxies(
    networks: privateNetworksText.split(separator: ",").compactMap { IPNetwork(String($0)) }
  )

  public func contains(_ address: IPAddress) -> Bool {
    networks.contains { $0.contains(address) }
  }
}

/// An item of `TRUSTED_PROXIES` that is no network.
public struct TrustedProxiesError: Error, Equatable, CustomStringConvertible {
  public let item: String

  public var description: String {
    "\"\(item)\" is neither an address nor a network such as 10.0.0.0/8 or fc00::/7"
  }
}

/// A network in CIDR notation (RFC 4632, RFC 4291 §2.3). Bits after the prefix must be zero: a network written
/// with host bits is more often a mistake than a wish.
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
