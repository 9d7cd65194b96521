import NIOCore
import NIOHTTP1
import Testing

@testable import HTTP1

/// What is read as a request, byte by byte or at once, and what is not (RFC 9112).
@Suite struct RequestDecoderTests {
  private func parts(of text: String, piece: Int = .max, limits: HeadLimits = HeadLimits())
    throws(MessageError)
    -> [RequestDecoder.Part]
  {
    var decoder = RequestDecoder(limits)
    var bytes = ByteBuffer(string: text)
    var parts: [RequestDecoder.Part] = []
    while let slice = bytes.readSlice(length: min(piece, bytes.readableBytes)), slice.readableBytes > 0 {
      decoder.append(slice)
      while let part = try decoder.next() { parts.append(part) }
    }
    return parts
  }

  /// The heads, and the bodies of those that are complete.
  private func requests(_ text: String, piece: Int = .max) throws -> (heads: [RequestHead], bodies: [String])
  {
    var (heads, bodies, body) = ([RequestHead](), [String](), "")
    for part in try parts(of: text, piece: piece) {
      switch part {
      case .head(let head): heads.append(head)
      case .body(let bytes): body += String(buffer: bytes)
      case .end:
        bodies.append(body)
        body = ""
      }
    }
    return (heads, bodies)
  }

  @Test(arguments: [1, 2, 3, 7, .max]) func piecesMakeNoDifference(piece: Int) throws {
    let text =
      "\r\nPOST /a?b=c HTTP/1.1\r\nhost: x\r\nX-Empty:\r\nX-Two: a\r\nx-two:  b c \t\r\nContent-Length: 2\r\n\r\nhi"
      + "\r\nPUT /%C3%A4 HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n01 ; z\r\nd\r\n0\r\nT: u\r\n\r\n"
      + "GET * HTTP/1.0\r\n\r\n" + "ODD! / HTTP/1.1\r\nX: \u{e4}\r\n\r\n"
    let (heads, bodies) = try requests(text, piece: piece)
    #expect(heads.map(\.method) == [.POST, .PUT, .GET, .RAW(value: "ODD!")])
    #expect(heads.map(\.target) == ["/a?b=c", "/%C3%A4", "*", "/"])
    #expect(bodies == ["hi", "abcd", "", ""])
    #expect(heads.map(\.isHTTP10) == [false, false, true, false])
    #expect(heads.map(\.contentLength) == [2, nil, nil, nil])
    let fields = try #require(heads.first).headers
    #expect(fields.count == 5)
    #expect(fields["x-two"] == "a, b c")
    #expect(fields.all("x-two") == ["a", "b c"])
    #expect(fields.first("x-empty") == "")
    #expect(fields.first("x") == nil)
    #expect(fields.pairs.map(\.name) == ["host", "X-Empty", "X-Two", "x-two", "Content-Length"])
    #expect(heads.last?.headers["x"] == "\u{e4}")
  }

  /// RFC 9112 §9.3.
  @Test(arguments: [
    ("1.1", "", true), ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true),
    ("1.1", "connection: x , CLOSE\r\n", false), ("1.1", "Connection: enclosed\r\n", true),
  ])
  func keepsTheConnection(version: String, fields: String, isKept: Bool) throws {
    let head = try requests("GET / HTTP/\(version)\r\n\(fields)\r\n").heads.first
    #expect(head?.isKeptAlive == isKept)
  }

  @Test(arguments: [
    "GET  / HTTP/1.1\r\n\r\n", "GET /  HTTP/1.1\r\n\r\n", "GET / HTTP/1.2\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
    "GET / http/1.1\r\n\r\n", "GET /\r\n\r\n", "GET HTTP/1.1\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n",
    " GET / HTTP/1.1\r\n\r\n",
    "G(T / HTTP/1.1\r\n\r\n", "GET /\u{0} HTTP/1.1\r\n\r\n", "GET /\t HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}",
    // What ends a line for one program must end it for all.
    "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\r\nX: y\nZ: a\r\n\r\n", "GET / HTTP/1.1\r\nX: y\rZ\r\n\r\n",
    "GET / HTTP/1.1\r\nX: y\u{0}\r\n\r\n", "GET / HTTP/1.1\r\nX: y\u{7f}\r\n\r\n",
    "GET / HTTP/1.1\r\nX: y\r\n folded\r\n\r\n",
    "GET / HTTP/1.1\r\n X: y\r\n\r\n", "GET / HTTP/1.1\r\nX : y\r\n\r\n", "GET / HTTP/1.1\r\n: y\r\n\r\n",
    "GET / HTTP/1.1\r\nX\r\n\r\n", "GET / HTTP/1.1\r\nX(: y\r\n\r\n", "GET / HTTP/1.1\r\n\u{e4}: y\r\n\r\n",
    // RFC 9112 §6.3, §11.2: one way to tell the length.
    "POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    "POST / HTTP/1.1\r\nContent-Length: 2, 2\r\n\r\nok", "POST / HTTP/1.1\r\nContent-Length: -2\r\n\r\nok",
    "POST / HTTP/1.1\r\nContent-Length:\r\n\r\nok",
    "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\nok",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\nok",
    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    // RFC 9112 §7.1.
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2 2\r\nok\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n",
  ])
  func refusesWhatIsAmbiguous(text: String) {
    #expect(throws: MessageError.malformed) { try parts(of: text) }
    #expect(throws: MessageError.malformed) { try parts(of: text, piece: 1) }
  }

  @Test func hasLimits() throws {
    let limits = HeadLimits()
    let start = "GET / HTTP/1.1\r\n"
    let field = "X: " + String(repeating: "x", count: limits.field - 3) + "\r\n"
    #expect(try requests(start + field + "\r\n").bodies.count == 1)
    #expect(throws: MessageError.headTooLarge) { try parts(of: start + "X" + field + "\r\n") }
    #expect(throws: MessageError.headTooLarge) {
      try parts(of: start + String(repeating: field, count: 4) + "\r\n")
    }
    // Without an end in sight.
    #expect(throws: MessageError.headTooLarge) {
      try parts(of: start + String(repeating: field, count: 5), piece: 1000)
    }
    let many = String(repeating: "X: y\r\n", count: limits.fieldCount)
    #expect(try requests(start + many + "\r\n").bodies.count == 1)
    #expect(throws: MessageError.headTooLarge) { try parts(of: start + many + "X: y\r\n\r\n") }
    let target = String(repeating: "x", count: limits.field)
    #expect(throws: MessageError.headTooLarge) { try parts(of: "GET /\(target) HTTP/1.1\r\n\r\n") }
  }

  @Test func whatFollowsStaysUntilAskedFor() throws {
    var decoder = RequestDecoder(HeadLimits())
    decoder.append(ByteBuffer(string: "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET"))
    for _ in 1...2 { #expect(try decoder.next() != nil) }
    #expect(decoder.holdsBytes)
    for _ in 1...2 { #expect(try decoder.next() != nil) }
    #expect(try decoder.next() == nil)
    #expect(decoder.holdsBytes)
    decoder.discard()
    #expect(!decoder.holdsBytes)
  }
}
