import NIOCore

/// Takes responses off a connection (RFC 9112): bytes in, parts out.
///
/// Interim responses (1xx) are skipped; but 101 is not one of those.
struct ResponseDecoder {
  typealias Part = MessagePart<ResponseHead>

  /// A response's head may be as large as a request's that our servers take.
  private static let limits = HeadLimits()

  private var input = MessageInput(limits)
  private var isResponseToHead = false
  /// The number of interim responses that came before the one that is awaited.
  private var interimCount = 0

  /// Bytes have arrived that belong to no response yet.
  var holdsBytes: Bool { input.holdsBytes }

  /// - Parameter isHead: the request was one, so its response has no body
  mutating func expect(isHead: Bool) {
    isResponseToHead = isHead
    interimCount = 0
  }

  mutating func append(_ bytes: ByteBuffer) { input.append(bytes) }

  /// The next part, if it is there.
  mutating func next() throws(MessageError) -> Part? {
    guard input.isInBody else { return try takeHead().map(Part.head) }
    return try input.takeBodyPart().map(Part.init)
  }

  /// The other end has closed.
  /// - Returns: the end of a response that has no other
  mutating func inputClosed() -> Part? { input.endWithConnection() ? .end : nil }

  /// The number of interim responses before one that counts; a server that sends more is given up.
  private static let interimLimit = 16

  private mutating func takeHead() throws(MessageError) -> ResponseHead? {
    while let bytes = try input.takeHead() {
      let head = try ResponseHead(parsing: bytes, limits: Self.limits)
      guard head.status >= 200 || head.status == 101 else {
        interimCount += 1
        guard interimCount <= Self.interimLimit else { throw .malformed }
        continue
      }
      input.beginBody(head.framing(isResponseToHead: isResponseToHead))
      return head
    }
    return nil
  }
}

/// The head of a response as it arrived.
public struct ResponseHead: Sendable {
  public let status: Int
  public let reason: String
  public let headers: HeaderFields
  /// The connection may carry another request (RFC 9112 §9.3).
  let isKeptAlive: Bool
  /// The value of `Content-Length`; nil without one.
  public let contentLength: Int?
  /// Says whether the body has `Transfer-Encoding: chunked`.
  let isChunked: Bool

  /// Reads a head from the status line to the empty line (RFC 9112 §4, §5). It is as strict as the server is with
  /// requests.
  ///
  /// - Parameter head: exactly that
  init(parsing head: ByteBuffer, limits: HeadLimits) throws(MessageError) {
    let line = head.withUnsafeReadableBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { bytes in
        Result { () throws(MessageError) in try StatusLine(bytes) }
      }
    }
    let start = try line.get()
    headers = try HeaderFields(parsing: head, from: start.end, limits: limits)
    let framing = try MessageFraming(headers)
    (status, reason) = (start.status, start.reason)
    (contentLength, isChunked) = (framing.contentLength, framing.isChunked)
    isKeptAlive = !framing.options.isClose && (!start.isHTTP10 || framing.options.isKeepAlive)
  }

  /// The way in which its body ends (RFC 9112 §6.3).
  /// - Parameter isResponseToHead: the request was a HEAD
  func framing(isResponseToHead: Bool) -> BodyDecoder.Framing {
    if isResponseToHead || status < 200 || status == 204 || status == 304 { return .none }
    if isChunked { return .chunked }
    return contentLength.map(BodyDecoder.Framing.length) ?? .untilClose
  }
}

private struct StatusLine {
  let status: Int
  let reason: String
  let isHTTP10: Bool
  /// The place where the fields begin.
  let end: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(MessageError) {
    var lines = HeadLines(bytes, from: 0)
    let line = try lines.next()
    guard line.count >= 12, line.begins("HTTP/1."), line[7] == 0x30 || line[7] == 0x31,
      line[8] == 0x20, let code = MessageFraming.number(UnsafeBufferPointer(rebasing: line[9..<12])),
      code >= 100,
      line.count == 12 || line[12] == 0x20
    else { throw .malformed }
    status = code
    reason = String(decoding: line.dropFirst(13), as: UTF8.self)
    isHTTP10 = line[7] == 0x30
    end = lines.position
  }
}
