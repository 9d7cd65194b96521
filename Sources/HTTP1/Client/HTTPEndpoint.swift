import NIOCore

/// The address of a server: scheme, host and port; no path, no user. A class, since requests hand it on a dozen times
/// and it never changes.
public final class HTTPEndpoint: Hashable, Sendable, CustomStringConvertible {
  /// The url without a trailing slash, such as `http://api.internal:8080`.
  public let url: String
  /// The value of `Host`.
  public let authority: String
  /// A name or an address, without brackets.
  let host: String
  let port: Int
  let isSecure: Bool

  public var description: String { url }

  /// Two endpoints are the same if their urls are.
  public static func == (one: HTTPEndpoint, other: HTTPEndpoint) -> Bool { one.url == other.url }
  public func hash(into hasher: inout Hasher) { hasher.combine(url) }

  /// Reads one url.
  public init(_ text: String) throws(HTTPEndpointError) {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else {
      throw HTTPEndpointError(text: text, reason: "must start with http:// or https://")
    }
    var authority = text.dropFirst(scheme.utf8.count)
    if authority.last == "/" { authority.removeLast() }
    guard authority.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:[]".contains($0)) }) else {
      throw HTTPEndpointError(text: text, reason: "must be a host and a port, nothing else")
    }
    guard let (host, port) = Self.hostAndPort(authority) else {
      throw HTTPEndpointError(text: text, reason: "has no host or no valid port")
    }
    isSecure = scheme == "https://"
    self.host = host
    self.port = port ?? (isSecure ? 443 : 80)
    self.authority = String(authority)
    self.url = scheme + authority
  }

  /// Reads urls separated by commas, the preferred one first.
  public static func parseList(_ text: String) throws(HTTPEndpointError) -> [HTTPEndpoint] {
    var endpoints: [HTTPEndpoint] = []
    for item in text.split(separator: ",") {
      let item = item.filter { !$0.isWhitespace }
      if !item.isEmpty { endpoints.append(try HTTPEndpoint(item)) }
    }
    return endpoints
  }

  /// Says whether a host is an IP address, without brackets.
  package static func isAddress(_ host: String) -> Bool {
    (try? SocketAddress(ipAddress: host, port: 0)) != nil
  }

  private static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
    var host = authority
    var port: Substring?
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]"), isAddress(String(authority[..<end].dropFirst())) else {
        return nil
      }
      host = authority[..<end].dropFirst()
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.first == ":" else { return nil }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    guard !host.isEmpty else { return nil }
    guard let port else { return (String(host), nil) }
    guard let number = UInt16(port), number > 0 else { return nil }
    return (String(host), Int(number))
  }
}

/// A url that cannot be an endpoint. Endpoints are no secrets; one with a user in it is cut.
public struct HTTPEndpointError: Error, Equatable, CustomStringConvertible {
  public let text: String
  public let reason: String

  init(text: String, reason: String) {
    self.text = text.contains("@") ? "…@" + (text.split(separator: "@").last ?? "") : text
    self.reason = reason
  }

  public var description: String { "\"\(text)\" \(reason)" }
}
