import HTTP1
public import HTTPTypes
import SystemPrimitives
import Vocabulary

/// The header fields that are on every response, encoded in advance: they are the largest part of most heads.
struct CommonFields: Sendable {
  private let cors: CORSPolicy
  private let exposed: [String]
  /// The fields for any origin, or for one that is not allowed.
  private let usual: Pair

  private struct Pair: Sendable {
    let whole: EncodedFields
    /// The fields of `whole` except for the security headers.
    let corsOnly: EncodedFields

    init(_ cors: CORSPolicy, origin: String?, exposing exposed: [String]) {
      let fields = cors.fields(origin: origin, exposing: exposed)
      corsOnly = EncodedFields(fields)
      whole = EncodedFields(fields + SecurityHeaders.fields)
    }
  }

  /// - Parameter exposed: the fields besides the request id that pages of other origins may read
  init(_ cors: CORSPolicy, exposing exposed: [String]) {
    self.cors = cors
    self.exposed = exposed
    usual = Pair(cors, origin: nil, exposing: exposed)
  }

  /// - Parameter hasSecurityHeaders: true if the response comes from another region's server, which has set them.
  func fields(for origin: @autoclosure () -> String?, hasSecurityHeaders: Bool) -> EncodedFields {
    var pair = usual
    if case .origins(let allowed) = cors, let origin = origin(), allowed.contains(origin) {
      pair = Pair(cors, origin: origin, exposing: exposed)
    }
    return hasSecurityHeaders ? pair.corsOnly : pair.whole
  }
}

/// Header fields that every response carries besides CORS: a response of this API is never a document, never cached,
/// never framed (OWASP REST Security Cheat Sheet, "Security Headers").
enum SecurityHeaders {
  static let fields: [(name: String, value: String)] = [
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
  ]
}

extension HTTPField.Name {
  public static let xRequestID = HTTPField.Name(literal: "X-Request-ID")
}

/// Cross-origin resource sharing (Fetch standard, "CORS protocol"): which pages may call the API.
public enum CORSPolicy: Sendable, Equatable {
  case anyOrigin
  /// The origins that are echoed; others get no allow-origin header.
  case origins(Set<String>)

  /// Reads `CORS_ALLOWED_ORIGINS`: `*` or a comma-separated list of origins (`https://app.example.com`). Browsers'
  /// texts are compared byte by byte, so an origin that is written in another way than theirs would match nobody.
  public init?(_ text: String) {
    let entries = text.split(separator: ",").map { String($0.trimmingWhitespace) }
    guard entries != ["*"] else {
      self = .anyOrigin
      return
    }
    guard !entries.isEmpty, entries.allSatisfy(Self.isSerialized) else { return nil }
    self = .origins(Set(entries))
  }

  /// The header fields of a response to a request from an origin.
  func fields(origin: String?, exposing exposed: [String] = []) -> [(name: String, value: String)] {
    let names = (["X-Request-ID"] + exposed).joined(separator: ", ")
    let common = Self.commonFields + [("Access-Control-Expose-Headers", names)]
    switch self {
    case .anyOrigin: return common + [("Access-Control-Allow-Origin", "*")]
    case .origins(let origins):
      var fields = common + [("Vary", "Origin")]
      if let origin, origins.contains(origin) { fields.append(("Access-Control-Allow-Origin", origin)) }
      return fields
    }
  }

  private static let commonFields: [(name: String, value: String)] = [
    ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    ("Access-Control-Allow-Headers", "Content-Type, Authorization, X-Request-ID, Accept, Origin"),
    ("Access-Control-Max-Age", "86400"),
  ]

  /// Returns whether a text is an origin as browsers serialise it (HTML Standard, "serialization of an origin"): scheme
  /// and host in lower case, A-labels, no default port, no path.
  private static func isSerialized(_ text: String) -> Bool {
    for (scheme, defaultPort) in [("http://", 80), ("https://", 443)] where text.hasPrefix(scheme) {
      let rest = text.dropFirst(scheme.count)
      let host = rest.hasPrefix("[") ? rest.prefix { $0 != "]" } + "]" : rest.prefix { $0 != ":" }
      guard rest.hasPrefix(host), isSerialized(host: host) else { return false }
      let port = rest.dropFirst(host.count)
      return port.isEmpty || port.first == ":" && isSerialized(port: port.dropFirst(), defaultPort)
    }
    return false
  }

  private static func isSerialized(port: Substring, _ defaultPort: Int) -> Bool {
    guard let number = UInt16(port), "\(number)" == port else { return false }
    return number != 0 && number != defaultPort
  }

  /// Addresses have one form (WHATWG URL Standard, "host serializing"); a name of one label is one of a local network.
  private static func isSerialized(host: Substring) -> Bool {
    if host.hasPrefix("[") {
      guard let address = IPAddress(host.dropFirst().dropLast()), !address.isV4 else { return false }
      return "[\(address)]" == host
    }
    if let address = IPAddress(host) { return address.description == host }
    let name = host.contains(".") ? String(host) : "a.\(host)"
    return (try? DomainName(name))?.name == name
  }
}
