internal import CLibPQ
internal import Glibc

/// A connection string in one of libpq's two forms: a PostgreSQL URI or `keyword=value` pairs (PostgreSQL manual,
/// "Connection Strings").
public enum PostgresConnectionString {
  /// What is wrong with one, without any of its text: it may hold a password, and libpq's own messages quote what they
  /// are about.
  public enum Problem: String, Sendable, CustomStringConvertible {
    case unescaped = "has an unescaped / # ? or @, perhaps in its password (in a URI write %2F %23 %3F %40)"
    case unreadable = "is neither a PostgreSQL URI nor a keyword=value string"
    case host = "has a host that is neither a name nor an address nor a socket's directory"
    case port = "has a port that is no number from 1 to 65535, or not one for each host"
    case sslmode = "has an sslmode other than disable, allow, prefer, require, verify-ca and verify-full"
    case targetSessionAttributes = """
      has target_session_attrs other than any, read-write, read-only, primary, standby and prefer-standby
      """

    public var description: String { rawValue }
  }

  /// What keeps the string from being used; nil if libpq can connect with it. Nothing is opened.
  ///
  /// The values are checked that libpq takes as they are and complains about only when it connects.
  public static func problem(of text: String) -> Problem? {
    if hasUnescapedDelimiters(text) { return .unescaped }
    guard let options = values(of: text) else { return .unreadable }
    let hosts = list(options["host"])
    guard hosts.allSatisfy(isHost), list(options["hostaddr"]).allSatisfy(isAddress) else { return .host }
    let ports = list(options["port"])
    let servers = options["hostaddr"] == nil ? hosts.count : list(options["hostaddr"]).count
    guard ports.allSatisfy(isPort), ports.count <= 1 || servers == 0 || ports.count == servers else {
      return .port
    }
    if let mode = options["sslmode"], !modes.contains(mode) { return .sslmode }
    if let wanted = options["target_session_attrs"], !sessionAttributes.contains(wanted) {
      return .targetSessionAttributes
    }
    return nil
  }

  private static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
  private static let sessionAttributes = [
    "any", "read-write", "read-only", "primary", "standby", "prefer-standby",
  ]

  /// Tells whether a URI has a character unescaped that ends a part of it for libpq or for other readers of URIs
  /// (RFC 3986 §2.2). Whatever it stands in then, a password's rest is taken for a host, a port or a database.
  private static func hasUnescapedDelimiters(_ text: String) -> Bool {
    guard let scheme = ["postgres://", "postgresql://"].first(where: text.hasPrefix) else { return false }
    let rest = text.dropFirst(scheme.count)
    // As libpq reads it: there are credentials if an "@" comes before any "/".
    guard let end = rest.firstIndex(where: { $0 == "@" || $0 == "/" }), rest[end] == "@" else {
      return hasDelimiter(hostsAndDatabase: rest)
    }
    return rest[..<end].contains { $0 == "#" || $0 == "?" }
      || hasDelimiter(hostsAndDatabase: rest[rest.index(after: end)...])
  }

  private static func hasDelimiter(hostsAndDatabase text: Substring) -> Bool {
    text.prefix { $0 != "?" }.contains { $0 == "@" || $0 == "#" }
  }

  /// The values that the string has, by keyword; nil if libpq cannot read it.
  private static func values(of text: String) -> [String: String]? {
    guard let options = PQconninfoParse(text, nil) else { return nil }
    defer { PQconninfoFree(options) }
    var values: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return values
  }

  /// The elements of a list with commas; none for a value that is missing or empty.
  private static func list(_ value: String?) -> [Substring] {
    guard let value, !value.isEmpty else { return [] }
    return value.split(separator: ",", omittingEmptySubsequences: false)
  }

  /// An empty one stands for libpq's default.
  private static func isHost(_ text: Substring) -> Bool {
    text.hasPrefix("/") || text.hasPrefix("@")
      || text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: ":"), UInt8(ascii: "%"):
          true
        default: false
        }
      }
  }

  private static func isAddress(_ text: Substring) -> Bool {
    var bytes = in6_addr()
    // A link-local address may name its interface: fe80::1%eth0.
    return text.isEmpty || inet_pton(AF_INET, String(text), &bytes) == 1
      || inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &bytes) == 1
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty || (text.utf8.allSatisfy { $0 != UInt8(ascii: "+") } && (1...65535).contains(Int(text) ?? 0))
  }
}
