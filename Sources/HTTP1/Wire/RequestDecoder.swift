public import HTTPTypes
import NIOCore

/// Takes requests off a connection (RFC 9112): bytes in, parts out. What arrives after a request stays here until
/// it is asked for.
struct RequestDecoder {
  typealias Part = MessagePart<RequestHead>

  private let limits: HeadLimits
  private var input: MessageInput

  init(_ limits: HeadLimits) {
    self.limits = limits
    input = MessageInput(limits)
  }

  /// Bytes have arrived that have not been taken.
  var holdsBytes: Bool { input.holdsBytes }
  var heldBytes: Int { input.heldBytes }

  mutating func append(_ bytes: ByteBuffer) { input.append(bytes) }

  /// Forgets what has arrived.
  mutating func discard() { input = MessageInput(limits) }

  /// The next part, if it is there. After an error nothing that follows can be understood.
  mutating func next() throws(MessageError) -> Part? {
    guard input.isInBody else { return try takeHead().map(Part.head) }
    return try input.takeBodyPart().map(Part.init)
  }

  private mutating func takeHead() throws(MessageError) -> RequestHead? {
    try input.dropEmptyLines()
    guard let first = input.first else { return nil }
    // A client that speaks another protocol is told at once.
    guard TokenCharacters.contains(first) || first == 0x0D else { throw .malformed }
    guard let bytes = try input.takeHead() else { return nil }
    let head = try RequestHead(parsing: bytes, limits: limits)
    input.beginBody(head.framing)
    return head
  }
}

/// The head of a request.
public struct RequestHead: Sendable {
  public let method: HTTPRequest.Method
  /// Path and query as sent, whatever the form of the target (RFC 9112 §3.2); `*` for `OPTIONS *`.
  public let target: String
  public let headers: HeaderFields
  /// The host and port of an absolute target.
  private let targetAuthority: String?
  /// The value of `Content-Length`; nil without one.
  public let contentLength: Int?
  /// Says whether the body has `Transfer-Encoding: chunked`.
  public let isChunked: Bool
  let isHTTP10: Bool
  /// The connection may carry another request (RFC 9112 §9.3).
  let isKeptAlive: Bool

  /// A head that did not arrive, as in tests.
  public init(_ method: HTTPRequest.Method, _ target: String, headers: HeaderFields = [:]) throws {
    try self.init(method: method, target: target, targetAuthority: nil, headers: headers, isHTTP10: false)
  }

  private init(
    method: HTTPRequest.Method,
    target: String,
    targetAuthority: String?,
    headers: HeaderFields,
    isHTTP10: Bool
  ) throws(MessageError) {
    let framing = try MessageFraming(headers)
    // RFC 9112 §6.1: HTTP/1.0 knows no chunks.
    guard !isHTTP10 || !framing.isChunked else { throw .malformed }
    self.method = method
    self.target = target
    self.headers = headers
    self.isHTTP10 = isHTTP10
    self.targetAuthority = targetAuthority
    contentLength = framing.contentLength
    isChunked = framing.isChunked
    isKeptAlive = !framing.options.isClose && (!isHTTP10 || framing.options.isKeepAlive)
  }

  /// Reads a head from the request line to the empty line (RFC 9112 §3, §5).
  ///
  /// - Parameter head: exactly that
  init(parsing head: ByteBuffer, limits: HeadLimits) throws(MessageError) {
    let line = head.withUnsafeReadableBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { bytes in
        Result { () throws(MessageError) in try RequestLine(HeadLines(bytes, from: 0), limits) }
      }
    }
    let start = try line.get()
    let headers = try HeaderFields(parsing: head, from: start.end, limits: limits)
    try RequestFields.check(headers, isHostRequired: !start.isHTTP10)
    try self.init(
      method: start.method,
      target: start.target.text,
      targetAuthority: start.target.authority,
      headers: headers,
      isHTTP10: start.isHTTP10
    )
  }

  /// Host and port that the request is for: those of an absolute target, which count more than `Host` (RFC 9112
  /// §3.2.2), else those of `Host`. Nil if it names none.
  public var authority: String? {
    targetAuthority ?? headers.first("host").flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The way in which its body ends (RFC 9112 §6.3).
  var framing: BodyDecoder.Framing {
    if isChunked { .chunked } else { contentLength.map(BodyDecoder.Framing.length) ?? .none }
  }

  /// Says whether the client waits for `100 Continue` (RFC 9110 §10.1.1); only from HTTP/1.1 on.
  var expectsContinue: Bool {
    !isHTTP10 && headers.withFirst("expect") { FieldName("100-continue").matches($0) } == true
  }
}

/// The first line of a request: method, target and version, with one blank between them (RFC 9112 §3).
private struct RequestLine {
  let method: HTTPRequest.Method
  let target: RequestTarget
  let isHTTP10: Bool
  /// The place where the fields begin.
  let end: Int

  init(_ lines: HeadLines, _ limits: HeadLimits) throws(MessageError) {
    var lines = lines
    let line = try lines.next()
    guard line.count <= limits.field else { throw .headTooLarge }
    var blank = 0
    while blank < line.count, TokenCharacters.contains(line[blank]) { blank += 1 }
    let version = line.count - 8
    guard blank > 0, blank + 1 < version - 1, line[blank] == 0x20, line[version - 1] == 0x20 else {
      throw .malformed
    }
    isHTTP10 = try Self.isHTTP10(UnsafeBufferPointer(rebasing: line[version...]))
    method = try Self.method(UnsafeBufferPointer(rebasing: line[..<blank]))
    target = try RequestTarget(UnsafeBufferPointer(rebasing: line[(blank + 1)..<(version - 1)]), of: method)
    end = lines.position
  }

  private static func isHTTP10(_ version: UnsafeBufferPointer<UInt8>) throws(MessageError) -> Bool {
    guard version.begins("HTTP/1."), version[7] == 0x30 || version[7] == 0x31 else { throw .malformed }
    return version[7] == 0x30
  }

  private static func method(_ bytes: UnsafeBufferPointer<UInt8>) throws(MessageError) -> HTTPRequest.Method {
    if bytes.count == 3, bytes.begins("GET") { return .get }
    if bytes.count == 4, bytes.begins("POST") { return .post }
    guard let method = HTTPRequest.Method(rawValue: String(decoding: bytes, as: UTF8.self)) else {
      throw .malformed
    }
    return method
  }
}

/// The target of a request, in whichever form it was sent (RFC 9112 §3.2). All code behind the decoder sees one form
/// only, so that no two spellings of a path are treated differently.
///
///     form        | example           | what becomes of it
///     ------------|-------------------|------------------------------------------
///     origin      | /path?query       | as sent
///     absolute    | http://h/path?q   | path and query; without a path `/`
///     asterisk    | *                 | for OPTIONS; malformed for others
///     authority   | h:443             | only for CONNECT, which is refused
///     relative    | path              | malformed
private struct RequestTarget {
  let text: String
  /// The host and port of an absolute target.
  let authority: String?

  init(_ bytes: UnsafeBufferPointer<UInt8>, of method: HTTPRequest.Method) throws(MessageError) {
    guard method != .connect else { throw .connectRefused }
    // RFC 3986 §2: visible ASCII; a fragment is never sent (RFC 9112 §3.2).
    guard bytes.allSatisfy({ $0 &- 0x21 <= 0x7E - 0x21 && $0 != UInt8(ascii: "#") }) else { throw .malformed }
    if bytes.first == UInt8(ascii: "/") {
      (text, authority) = (String(decoding: bytes, as: UTF8.self), nil)
    } else if bytes.count == 1, bytes.first == UInt8(ascii: "*") {
      guard method == .options else { throw .malformed }
      (text, authority) = ("*", nil)
    } else {
      let start = ["http://", "https://"].first { FieldName(stringLiteral: $0).begins(bytes) }
      guard let start else { throw .malformed }
      let rest = bytes[start.utf8CodeUnitCount...]
      let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
      let host = UnsafeBufferPointer(rebasing: rest[..<end])
      guard !host.isEmpty, RequestFields.isHost(host) else { throw .malformed }
      authority = String(decoding: host, as: UTF8.self)
      let path = String(decoding: rest[end...], as: UTF8.self)
      // RFC 9112 §3.2.1, §3.2.4.
      text = path.isEmpty && method == .options ? "*" : path.first == "/" ? path : "/" + path
    }
  }
}

/// Checks of a request's fields beyond their form.
enum RequestFields {
  /// Refuses a field that has one value only and is there twice (RFC 9110 §5.3), and a missing or malformed `Host`
  /// (RFC 9112 §3.2).
  static func check(_ fields: HeaderFields, isHostRequired: Bool) throws(MessageError) {
    var seen: UInt32 = 0
    var isProper = true
    fields.forEach { field in
      guard let bit = singleValued(field) else { return }
      isProper = isProper && seen & bit == 0
      seen |= bit
      if bit == hostBit { isProper = isProper && isHost(field.value) }
    }
    guard isProper, seen & hostBit != 0 || !isHostRequired else { throw .malformed }
  }

  private static let hostBit: UInt32 = 1

  /// A bit for each field that may be there once only. By length, as this is asked of every field of every request.
  /// `Content-Length` is `MessageFraming`'s matter.
  private static func singleValued(_ field: HeaderFields.Field) -> UInt32? {
    switch field.name.count {
    case 4: field.is("host") ? hostBit : field.is("from") ? 1 << 1 : field.is("date") ? 1 << 2 : nil
    case 5: field.is("range") ? 1 << 3 : nil
    case 6: field.is("origin") ? 1 << 4 : nil
    case 7: field.is("referer") ? 1 << 5 : nil
    case 8: field.is("if-range") ? 1 << 6 : nil
    case 10: field.is("user-agent") ? 1 << 7 : nil
    case 12: field.is("content-type") ? 1 << 8 : field.is("max-forwards") ? 1 << 9 : nil
    case 13: field.is("authorization") ? 1 << 10 : field.is("content-range") ? 1 << 11 : nil
    case 16: field.is("content-location") ? 1 << 12 : nil
    case 17: field.is("if-modified-since") ? 1 << 13 : nil
    case 19: field.is("if-unmodified-since") ? 1 << 14 : field.is("proxy-authorization") ? 1 << 15 : nil
    case 29: field.is("access-control-request-method") ? 1 << 16 : nil
    default: nil
    }
  }

  /// Says whether a value is empty, or a host with or without a port (RFC 9110 §7.2): a name of unreserved characters
  /// and escapes, an IPv4 address, or an IPv6 address in brackets. RFC 3986 §3.2.2 has more characters for names; no
  /// name in DNS has them, and a comma would make a list.
  static func isHost(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = value.first else { return true }
    var end: Int
    if first == UInt8(ascii: "[") {
      end = value.firstIndex(of: UInt8(ascii: "]")) ?? 0
      guard end > 2,
        value[1..<end].allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
      else { return false }
      end += 1
    } else {
      end = value.firstIndex(of: UInt8(ascii: ":")) ?? value.count
      guard end > 0, isName(value[..<end]) else { return false }
    }
    guard end < value.count else { return true }
    let port = value[(end + 1)...]
    return value[end] == UInt8(ascii: ":") && port.count <= 5 && port.allSatisfy { $0 &- 0x30 < 10 }
      && port.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 65535
  }

  private static func isName(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var rest = name
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let high = rest.popFirst(), let low = rest.popFirst(), isHexDigit(high), isHexDigit(low) else {
          return false
        }
      } else {
        guard isUnreserved(byte) else { return false }
      }
    }
    return true
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }
}
