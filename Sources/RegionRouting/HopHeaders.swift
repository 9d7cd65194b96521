import NIOHTTP1
import ServiceKit

/// What a hop does to the header fields of a message, both ways. Everything that must not travel is removed
/// *before* ours are added, so a client's `Connection: Vetchium-Hop` strips nothing of ours.
enum HopHeaders {
  /// All names of ours start like this; none is ever accepted from a client nor shown to one.
  private static let ours = "vetchium-"

  /// What is added to a request on its way to its home region.
  struct Additions: Sendable {
    var host: String
    var viaPseudonym: String
    var hop: String
    var requestID: String
    var traceparent: String
    var client: IPAddress?
    var scheme: String
    var millisecondsLeft: Int64
  }

  /// The fields of the forwarded request. `Content-Length` is left out: the HTTP client frames the body.
  static func request(
    _ fields: HTTPHeaders,
    isPeerTrusted: Bool,
    adding additions: Additions
  ) -> HTTPHeaders {
    let named = namedByConnection(fields)
    var result: [(String, String)] = []
    result.reserveCapacity(fields.count + 8)
    result.append(("Host", additions.host))
    for (rawName, value) in fields {
      let name = rawName.lowercased()
      if isHopByHop(name) || named.contains(name) || isReplacedOnRequest(name) { continue }
      if !isPeerTrusted && isClaimAboutClient(name) { continue }
      result.append((rawName, value))
    }
    // RFC 9110 §7.6.3: each recipient appends itself; a line of its own is the same as a list item.
    result.append(("Via", "1.1 \(additions.viaPseudonym)"))
    if let client = additions.client {
      result.append(("X-Forwarded-For", client.description))
    }
    result.append(("Forwarded", forwarded(for: additions.client, scheme: additions.scheme)))
    result.append(("X-Request-ID", additions.requestID))
    result.append(("traceparent", additions.traceparent))
    result.append(("Vetchium-Deadline-Ms", String(additions.millisecondsLeft)))
    result.append(("Vetchium-Hop", additions.hop))
    return HTTPHeaders(result)
  }

  /// The fields of the answer as the client's server passes them on. CORS fields and the request id are left to
  /// that server's outermost layer, which sets exactly one set on every answer, and framing to its HTTP layer.
  static func response(_ headers: HTTPHeaders, viaPseudonym: String) -> HTTPHeaders {
    let named = namedByConnection(headers)
    // RFC 9112 §6.3: with both, Transfer-Encoding overrides and Content-Length must not be passed on.
    let isChunked = headers.contains(name: "transfer-encoding")
    var result: [(String, String)] = []
    result.reserveCapacity(headers.count + 3)
    for (rawName, value) in headers {
      let name = rawName.lowercased()
      if isHopByHop(name) || named.contains(name) || isOurs(name) { continue }
      if name.hasPrefix("access-control-") || name == "x-request-id" { continue }
      if isChunked && name == "content-length" { continue }
      result.append((rawName, value))
    }
    result.append(("Via", "1.1 \(viaPseudonym)"))
    return HTTPHeaders(result)
  }

  /// RFC 9110 §7.6.1: an intermediary removes these whether or not `Connection` names them. `Proxy-*` are
  /// between a client and its proxy (§11.7); the rest is connection management of HTTP/1.0 and 1.1.
  private static func isHopByHop(_ name: String) -> Bool {
    switch name {
    case "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings": true
    default: name.hasPrefix("proxy-")
    }
  }

  /// RFC 9110 §7.6.1: names listed in `Connection` are for this hop only. A client may list any name; the
  /// fields the next hop can't do without are added afterwards, so listing them is harmless.
  private static func namedByConnection(_ headers: HTTPHeaders) -> Set<String> {
    var names: Set<String> = []
    guard headers.contains(name: "connection") else { return names }
    for value in headers["connection"] {
      for item in value.split(separator: ",") {
        names.insert(item.filter { $0 != " " && $0 != "\t" }.lowercased())
      }
    }
    return names
  }

  /// Set anew for the next hop. `Expect` was answered by this server (RFC 9110 §10.1.1: the next one is known
  /// not to need it).
  private static func isReplacedOnRequest(_ name: String) -> Bool {
    switch name {
    case "host", "content-length", "expect", "x-request-id", "traceparent", "forwarded", "x-forwarded-for":
      true
    default: isOurs(name)
    }
  }

  /// What a client says about itself that only a proxy may say.
  private static func isClaimAboutClient(_ name: String) -> Bool {
    name.hasPrefix("x-forwarded-") || name == "x-real-ip" || name == "tracestate"
  }

  private static func isOurs(_ name: String) -> Bool { name.hasPrefix(ours) }

  /// RFC 7239 §4, §6: an IPv6 address is bracketed and quoted; without an address the client is `unknown`.
  private static func forwarded(for client: IPAddress?, scheme: String) -> String {
    guard let client else { return "for=unknown;proto=\(scheme)" }
    return client.isV4 ? "for=\(client);proto=\(scheme)" : "for=\"[\(client)]\";proto=\(scheme)"
  }
}
