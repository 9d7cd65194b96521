import API
import HTTP1
import SystemPrimitives

/// Rewrites the header fields of a message that is forwarded, both ways. Everything that must not be passed on is
/// removed *before* ours are added, so a client's `Connection: Vetchium-Hop` strips nothing of ours.
enum HopHeaders {
  /// The values of the fields that are added to a request on its way to its home region.
  struct Additions: Sendable {
    var host: String
    var viaPseudonym: String
    var requestID: String
    var trace: TraceContext
    var client: IPAddress?
    var isClientSecure: Bool
  }

  /// Writes the fields of the forwarded request, without `Content-Length`: `ClientRequest` frames the body.
  /// - Parameter hop: writes the value of `Vetchium-Hop`
  static func writeRequest(
    _ fields: HeaderFields,
    isPeerTrusted: Bool,
    adding additions: Additions,
    to head: inout HeadWriter,
    hop: (inout HeadWriter) -> Void
  ) {
    let named = NamedByConnection(fields)
    head.write("Host: ")
    head.writeText(additions.host)
    head.write("\r\n")
    fields.forEach { field in
      guard !named.contains(field) else { return }
      switch disposition(of: field) {
      case .endToEnd: head.field(field)
      case .clientClaim: if isPeerTrusted { head.field(field) }
      case .hopByHop: break
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
    head.write(additions.isClientSecure ? ";proto=https" : ";proto=http")
    head.write("\r\nX-Request-ID: ")
    head.writeText(additions.requestID)
    head.write("\r\ntraceparent: ")
    additions.trace.write(to: &head)
    head.write("\r\nVetchium-Hop: ")
    hop(&head)
    head.write("\r\n")
  }

  /// The number of bytes that those fields take at most, without the value of `Vetchium-Hop`.
  static func capacity(for fields: HeaderFields, adding additions: Additions) -> Int {
    // 430 for names, numbers, the trace and two addresses of 45 characters.
    430 + HeadWriter.capacity(for: fields) + additions.host.utf8.count + additions.viaPseudonym.utf8.count
      + additions.requestID.utf8.count
  }

  /// The fields of the response that the client's server passes on; it adds its `Via` and `Vetchium-Home`. CORS fields,
  /// the `Vary` that belongs to them and the request id are left to that server's pipeline, which sets exactly one set
  /// on every response, and framing to its HTTP layer.
  /// - Parameter exposesRegions: `Via` of servers and proxies on the way is passed on, too
  static func response(_ fields: HeaderFields, exposesRegions: Bool) -> HeaderFields {
    let named = NamedByConnection(fields)
    return fields.filter { field in
      !named.contains(field) && !isHopByHop(field) && !isOurs(field) && !field.is("x-request-id")
        && !field.is("vary") && (exposesRegions || !field.is("via"))
        && !field.begins(with: "access-control-")
    }
  }

  /// The treatment of a field of a request, whatever `Connection` says (RFC 9110 §7.6).
  private enum Disposition {
    /// The field is passed on.
    case endToEnd
    /// The field is meant for this hop only, or set anew for the next.
    case hopByHop
    /// A client says with it what only a proxy may say; it is passed on if the peer is trusted.
    case clientClaim
  }

  /// Chooses by the first letter, since most fields are of no special kind.
  private static func disposition(of field: HeaderFields.Field) -> Disposition {
    switch field.name[0] | 0x20 {
    case UInt8(ascii: "c"): field.is("content-length") || isHopByHop(field) ? .hopByHop : .endToEnd
    // This server answers it (RFC 9110 §10.1.1: the next one is known not to need it).
    case UInt8(ascii: "e"): field.is("expect") ? .hopByHop : .endToEnd
    case UInt8(ascii: "f"): field.is("forwarded") ? .hopByHop : .endToEnd
    case UInt8(ascii: "h"): field.is("host") || isHopByHop(field) ? .hopByHop : .endToEnd
    case UInt8(ascii: "t"):
      if field.is(.traceParent) || isHopByHop(field) {
        .hopByHop
      } else {
        field.is("tracestate") ? .clientClaim : .endToEnd
      }
    case UInt8(ascii: "v"): isOurs(field) ? .hopByHop : .endToEnd
    case UInt8(ascii: "x"):
      if field.is("x-request-id") || field.is("x-forwarded-for") {
        .hopByHop
      } else {
        field.begins(with: "x-forwarded-") || field.is("x-real-ip") ? .clientClaim : .endToEnd
      }
    default: isHopByHop(field) ? .hopByHop : .endToEnd
    }
  }

  /// An intermediary removes these whether or not `Connection` names them (RFC 9110 §7.6.1). `Proxy-*` are
  /// between a client and its proxy (§11.7); the rest is connection management of HTTP/1.0 and 1.1.
  private static func isHopByHop(_ field: HeaderFields.Field) -> Bool {
    switch field.name[0] | 0x20 {
    case UInt8(ascii: "c"): field.is("connection")
    case UInt8(ascii: "h"): field.is("http2-settings")
    case UInt8(ascii: "k"): field.is("keep-alive")
    case UInt8(ascii: "p"): field.begins(with: "proxy-")
    case UInt8(ascii: "t"): field.is("te") || field.is("trailer") || field.is("transfer-encoding")
    case UInt8(ascii: "u"): field.is("upgrade")
    default: false
    }
  }

  /// Fields of this product, all of whose names begin alike; none is ever accepted from a client, nor passed on to one:
  /// the client's server adds its own (`FieldsOfPassedOn`).
  private static func isOurs(_ field: HeaderFields.Field) -> Bool { field.begins(with: "vetchium-") }
}

/// The names that `Connection` lists, whose fields are for this hop only (RFC 9110 §7.6.1). A client may list any name;
/// the fields the next hop can't do without are added afterwards, so listing them is harmless.
private struct NamedByConnection {
  private var names: [[UInt8]] = []

  init(_ fields: HeaderFields) {
    guard fields.contains("connection") else { return }
    for value in fields.all("connection") {
      names += value.utf8.split(separator: UInt8(ascii: ",")).map { $0.filter { $0 != 0x20 && $0 != 0x09 } }
    }
  }

  func contains(_ field: HeaderFields.Field) -> Bool {
    !names.isEmpty && names.contains { name in name.withUnsafeBufferPointer(field.isNamed) }
  }
}
