import ServiceKit

/// Where one API server (or its load balancer) of a region is reached: scheme, host, port; no path, no user. A class, since
/// requests hand it on a dozen times and it never changes.
public final class RegionEndpoint: Hashable, Sendable, CustomStringConvertible {
  /// Without a trailing slash, such as `http://deu1-api.internal:8080`.
  public let url: String
  /// What goes into `Host`.
  let authority: String
  /// A name or an address, without brackets.
  let host: String
  let port: Int
  let isSecure: Bool

  public var description: String { url }

  /// The url says it all.
  public static func == (one: RegionEndpoint, other: RegionEndpoint) -> Bool { one.url == other.url }
  public func hash(into hasher: inout Hasher) { hasher.combine(url) }

  /// Reads one url.
  public init(_ text: String) throws(RegionEndpointError) {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else {
      throw RegionEndpointError(text: text, reason: "must start with http:// or https://")
    }
    var authority = text.dropFirst(scheme.utf8.count)
    if authority.last == "/" { authority.removeLast() }
    guard authority.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:[]".contains($0)) }) else {
      throw RegionEndpointError(text: text, reason: "must be a host and a port, nothing else")
    }
    guard let (host, port) = Self.hostAndPort(authority) else {
      throw RegionEndpointError(text: text, reason: "has no host or no valid port")
    }
    isSecure = scheme == "https://"
    self.host = host
    self.port = port ?? (isSecure ? 443 : 80)
    self.authority = String(authority)
    self.url = scheme + authority
  }

  /// Reads a setting `INTERNAL_ENDPOINT_<REGION>`: urls separated by commas, the preferred one first.
  public static func parseList(_ text: String) throws(RegionEndpointError) -> [RegionEndpoint] {
    var endpoints: [RegionEndpoint] = []
    for item in text.split(separator: ",") {
      let item = item.filter { !$0.isWhitespace }
      if !item.isEmpty { endpoints.append(try RegionEndpoint(item)) }
    }
    return endpoints
  }

  private static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
    var host = authority
    var port: Substring?
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]"), IPAddress(authority[..<end].dropFirst()) != nil else {
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

/// A url that can't be the endpoint of a region. Endpoints are no secrets; one with a user in it is cut.
public struct RegionEndpointError: Error, Equatable, CustomStringConvertible {
  public let text: String
  public let reason: String

  init(text: String, reason: String) {
    self.text = text.contains("@") ? "…@" + (text.split(separator: "@").last ?? "") : text
    self.reason = reason
  }

  public var description: String { "\"\(text)\" \(reason)" }
}
