public import ServiceKit
import SystemPrimitives

/// The name servers that are asked, in order of preference; none means the operating system's.
public struct DNSServers: Sendable, Equatable {
  public static let system = DNSServers(entries: [])

  /// As c-ares reads them: `192.0.2.1`, `192.0.2.1:5300`, `2001:db8::1`, `[2001:db8::1]:5300`.
  let entries: [String]

  private init(entries: [String]) {
    self.entries = entries
  }

  /// Reads addresses with or without a port, separated by commas; nil when one is something else. A host name is refused: who
  /// would look it up?
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

extension DNSServers {
  public init(_ reader: inout SettingsReader) {
    self = reader.read(Self.setting)
  }

  private static let setting = Setting(
    "DNS_SERVERS",
    SettingType(
      "addresses with or without a port, such as 192.0.2.1:5300 or [2001:db8::1]:53, separated by commas"
    ) {
      DNSServers($0)
    },
    default: .system,
    text: "",
    "name servers for the proof that a tenant owns a domain; else the operating system's"
  )
}
