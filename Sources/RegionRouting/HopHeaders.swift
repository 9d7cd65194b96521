import HTTPServing
import NIOHTTP1
import ServiceKit

/// What a hop does to the header fields of a message, both ways. Everything that must not travel is removed
/// *before* ours are added, so a client's `Connection: Vetchium-Hop` strips nothing of ours.
enum HopHeaders {
  /// All names of ours start like this; none is ever accepted from a client nor shown to one.
  private static let ours: StaticString = "vetchium-"

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

  /// Writes the fields of the forwarded request. `Content-Length` is left out: whoever writes the body frames it.
  static func writeRequest(
    _ fields: HTTPHeaders,
    isPeerTrusted: Bool,
    adding additions: Additions,
    to head: inout HeadWriter
  ) {
    let named = namedByConnection(fields)
    head.field("Host", additions.host)
    for (name, value) in fields where !named.contains(where: name.isFieldName) {
      switch fate(of: name) {
      case .staysHere: continue
      case .claimAboutClient where !isPeerTrusted: continue
      case .claimAboutClient, .travels: head.field(name, value)
      }
    }
    // RFC 9110 §7.6.3: each recipient appends itself; a line of its own is the same as a list item.
    head.write("Via: 1.1 ")
    head.writeText(additions.viaPseudonym)
    let client = additions.client.map { (isV4: $0.isV4, text: $0.description) }
    if let client {
      head.write("\r\nX-Forwarded-For: ")
      head.writeText(client.text)
    }
    // RFC 7239 §4, §6: an IPv6 address is bracketed and quoted; without an address the client is `unknown`.
    head.write("\r\nForwarded: for=")
    if client?.isV4 == false { head.write("\"[") }
    head.writeText(client?.text ?? "unknown")
    if client?.isV4 == false { head.write("]\"") }
    head.write(";proto=")
    head.writeText(additions.scheme)
    head.write("\r\n")
    head.field("X-Request-ID", additions.requestID)
    head.field("traceparent", additions.traceparent)
    head.field("Vetchium-Deadline-Ms", max(0, Int(additions.millisecondsLeft)))
    head.field("Vetchium-Hop", additions.hop)
  }

  /// How many bytes those fields need at most.
  static func room(for fields: HTTPHeaders, adding additions: Additions) -> Int {
    // 400 for names, numbers and two addresses of 45 characters.
    400 + HeadWriter.room(for: fields) + additions.host.utf8.count + additions.viaPseudonym.utf8.count
      + additions.scheme.utf8.count + additions.requestID.utf8.count + additions.traceparent.utf8.count
      + additions.hop.utf8.count
  }

  /// The fields of the answer as the client's server passes them on. CORS fields, the `Vary` that belongs to them and the request id are
  /// left to that server's outermost layer, which sets exactly one set on every answer, and framing to its HTTP layer.
  static func response(_ headers: HTTPHeaders, viaPseudonym: String) -> HTTPHeaders {
    let named = namedByConnection(headers)
    var result: [(String, String)] = []
    result.reserveCapacity(headers.count + 4)
    for (name, value) in headers where !named.contains(where: name.isFieldName) {
      if isHopByHop(name) || isOurs(name) || name.isFieldName("x-request-id") || name.isFieldName("vary")
        || name.hasFieldNamePrefix("access-control-")
      {
        continue
      }
      result.append((name, value))
    }
    result.append(("Via", "1.1 " + viaPseudonym))
    return HTTPHeaders(result)
  }

  /// What becomes of a field of a request, whatever `Connection` says.
  private enum Fate {
    case travels
    /// For this hop only, or set anew for the next.
    case staysHere
    /// What a client says about itself that only a proxy may say.
    case claimAboutClient
  }

  /// By the first letter: most fields are none of these.
  private static func fate(of name: String) -> Fate {
    switch (name.utf8.first ?? 0) | 0x20 {
    case UInt8(ascii: "c"): name.isFieldName("content-length") || isHopByHop(name) ? .staysHere : .travels
    // Was answered by this server (RFC 9110 §10.1.1: the next one is known not to need it).
    case UInt8(ascii: "e"): name.isFieldName("expect") ? .staysHere : .travels
    case UInt8(ascii: "f"): name.isFieldName("forwarded") ? .staysHere : .travels
    case UInt8(ascii: "h"): name.isFieldName("host") || isHopByHop(name) ? .staysHere : .travels
    case UInt8(ascii: "t"):
      if name.isFieldName("traceparent") || isHopByHop(name) {
        .staysHere
      } else {
        name.isFieldName("tracestate") ? .claimAboutClient : .travels
      }
    case UInt8(ascii: "v"): isOurs(name) ? .staysHere : .travels
    case UInt8(ascii: "x"):
      if name.isFieldName("x-request-id") || name.isFieldName("x-forwarded-for") {
        .staysHere
      } else {
        name.hasFieldNamePrefix("x-forwarded-") || name.isFieldName("x-real-ip")
          ? .claimAboutClient : .travels
      }
    default: isHopByHop(name) ? .staysHere : .travels
    }
  }

  /// RFC 9110 §7.6.1: an intermediary removes these whether or not `Connection` names them. `Proxy-*` are
  /// between a client and its proxy (§11.7); the rest is connection management of HTTP/1.0 and 1.1.
  private static func isHopByHop(_ name: String) -> Bool {
    switch (name.utf8.first ?? 0) | 0x20 {
    case UInt8(ascii: "c"): name.isFieldName("connection")
    case UInt8(ascii: "h"): name.isFieldName("http2-settings")
    case UInt8(ascii: "k"): name.isFieldName("keep-alive")
    case UInt8(ascii: "p"): name.hasFieldNamePrefix("proxy-")
    case UInt8(ascii: "t"):
      name.isFieldName("te") || name.isFieldName("trailer") || name.isFieldName("transfer-encoding")
    case UInt8(ascii: "u"): name.isFieldName("upgrade")
    default: false
    }
  }

  /// RFC 9110 §7.6.1: names listed in `Connection` are for this hop only. A client may list any name; the
  /// fields the next hop can't do without are added afterwards, so listing them is harmless.
  private static func namedByConnection(_ headers: HTTPHeaders) -> [String] {
    guard headers.contains(name: "connection") else { return [] }
    return headers["connection"].flatMap { value in
      value.split(separator: ",").map { item in item.filter { $0 != " " && $0 != "\t" } }
    }
  }

  private static func isOurs(_ name: String) -> Bool { name.hasFieldNamePrefix(ours) }
}
