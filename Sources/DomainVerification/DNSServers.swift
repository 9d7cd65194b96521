import SystemPrimitives

/// The name servers that are asked, in order of preference; none means the operating system's.
public struct DNSServers: Sendable, Equatable {
  public static let system = DNSServers(entries: [])

  /// The addresses in the form that c-ares reads: `192.0.2.1`, `192.0.2.1:5300`, `2001:db8::1`, `[2001:db8::1]:5300`.
  let entries: [String]

  private init(entries: [String]) {
    self.entries = entries
  }

  /// Reads addresses with or without a port, separated by commas; nil when one is something else. A host name is
  /// refused, since it would need a look-up itself.
  public init?(_ text: String) {
    entries = text.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    guard entries.allSatisfy(Self.isServer) else { return nil }
  }

  private static func isServer(_ entry: String) -> Bool {
    if IPAddress(entry) != nil { return true }
    guard let colon = entry.lastIndex(of: ":") else { return false }
    guard let port = UInt16(entry[entry.index(after: colon)...]), port > 0 else { return false }
    let host = entry[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      return host.contains(":") && IPAddress(host.dropFirst().dropLast()) != nil
    }
    return !host.contains(":") && IPAddress(host) != nil
  }
}
