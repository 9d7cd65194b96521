/// What the host of an SMTP server may look like.
enum SMTPHost {
  /// Letters, digits and what else host names and IPv4 or IPv6 addresses consist of.
  static func isSafe(_ host: String) -> Bool {
    !host.isEmpty && host.utf8.count <= 253
      && host.unicodeScalars.allSatisfy {
        switch $0 {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_", ":": true
        default: false
        }
      }
  }

  /// Whether the name or address can only mean this machine.
  static func isThisMachine(_ host: String) -> Bool {
    if host.lowercased() == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// As it stands in a URL: IPv6 addresses in brackets (RFC 3986 §3.2.2).
  static func inURL(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
