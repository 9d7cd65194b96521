import HTTPTypes
import NIOCore
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
      + "\r\nPUT /%C3%A4 HTTP/1.1\r\nHost:\r\nTransfer-Encoding: Chunked\r\n\r\n"
      + "3;x=y\r\nabc\r\n01 ; z\r\nd\r\n0\r\nT: u\r\n\r\n"
      + "OPTIONS * HTTP/1.0\r\n\r\n" + "ODD! / HTTP/1.1\r\nHost: y:80\r\nX: \u{e4}\r\n\r\n"
    let (heads, bodies) = try requests(text, piece: piece)
    #expect(heads.map(\.method) == [.post, .put, .options, HTTPRequest.Method(rawValue: "ODD!")])
    #expect(heads.map(\.authority) == ["x", nil, nil, "y:80"])
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
    let head = try requests("GET / HTTP/\(version)\r\nHost: x\r\n\(fields)\r\n").heads.first
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
    // Nothing else is wrong with it.
    var text = text
    if let end = text.firstRange(of: "\r\n") { text.replaceSubrange(end, with: "\r\nHost: x\r\n") }
    #expect(throws: MessageError.malformed) { try parts(of: text) }
    #expect(throws: MessageError.malformed) { try parts(of: text, piece: 1) }
  }

  @Test func hasLimits() throws {
    let limits = HeadLimits()
    let start = "GET / HTTP/1.1\r\nHost: x\r\n"
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
    let many = String(repeating: "X: y\r\n", count: limits.fieldCount - 1)
    #expect(try requests(start + many + "\r\n").bodies.count == 1)
    #expect(throws: MessageError.headTooLarge) { try parts(of: start + many + "X: y\r\n\r\n") }
    let target = String(repeating: "x", count: limits.field)
    #expect(throws: MessageError.headTooLarge) { try parts(of: "GET /\(target) HTTP/1.1\r\n\r\n") }
  }

  @Test func whatFollowsStaysUntilAskedFor() throws {
    var decoder = RequestDecoder(HeadLimits())
    decoder.append(ByteBuffer(string: "GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\nGET"))
    for _ in 1...2 { #expect(try decoder.next() != nil) }
    #expect(decoder.holdsBytes)
    for _ in 1...2 { #expect(try decoder.next() != nil) }
    #expect(try decoder.next() == nil)
    #expect(decoder.holdsBytes)
    decoder.discard()
    #expect(!decoder.holdsBytes)
  }

  /// RFC 9112 §3.2: whatever form a target has, everybody behind the decoder sees path and query.
  @Test(
    arguments: [
      ("GET /a?b HTTP/1.1\r\nHost: x", "/a?b", "x"), ("GET http://y HTTP/1.1\r\nHost: x", "/", "y"),
      ("GET http://y/ HTTP/1.1\r\nHost: x", "/", "y"),
      ("GET HTTP://y:8/a/b?c HTTP/1.1\r\nHost: x", "/a/b?c", "y:8"),
      ("GET https://y?c=/d HTTP/1.1\r\nHost: x", "/?c=/d", "y"),
      ("GET http://[::1]:8/a HTTP/1.0", "/a", "[::1]:8"),
      ("OPTIONS * HTTP/1.1\r\nHost: x", "*", "x"), ("OPTIONS http://y HTTP/1.1\r\nHost:", "*", "y"),
      ("GET //a HTTP/1.1\r\nHost:", "//a", nil),
    ] as [(String, String, String?)]
  )
  func readsEveryFormOfTarget(head: String, target: String, authority: String?) throws {
    let head = try #require(try requests(head + "\r\n\r\n").heads.first)
    #expect(head.target == target)
    #expect(head.authority == authority)
  }

  @Test(arguments: [
    "GET a", "GET a/b", "GET ../a", "GET ?a", "GET *", "GET http:", "GET http://", "GET http:///a",
    "GET http:/a",
    "GET http://u@y/", "GET http://u:p@y/", "GET http://y:x/", "GET http://y:65536/", "GET http://[::1/",
    "GET ftp://y/",
    "GET urn:a", "GET y:80", "GET /a#b", "GET http://y#b", "GET /\u{e4}", "GET http://y,z/",
  ])
  func refusesOtherTargets(start: String) {
    #expect(throws: MessageError.malformed) { try parts(of: "\(start) HTTP/1.1\r\nHost: x\r\n\r\n") }
  }

  @Test(arguments: ["x:443", "/", "*", "http://x/"]) func refusesConnect(target: String) {
    #expect(throws: MessageError.connectRefused) {
      try parts(of: "CONNECT \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
    }
  }

  /// RFC 9112 §3.2.
  @Test(arguments: [
    ("1.1", "Host: x\r\n", true), ("1.1", "Host:\r\n", true), ("1.0", "", true),
    ("1.0", "Host: x:80\r\n", true),
    ("1.1", "HOST: a-b_c.example~%41.:8080\r\n", true), ("1.1", "Host: [2001:db8::1]\r\n", true),
    ("1.1", "Host: 192.0.2.1:\r\n", true),
    ("1.1", "", false), ("1.1", "Host: x\r\nHost: x\r\n", false), ("1.0", "Host: x\r\nhost: y\r\n", false),
    ("1.1", "Host: x, y\r\n", false), ("1.1", "Host: x,y\r\n", false), ("1.1", "Host: x y\r\n", false),
    ("1.1", "Host: x/\r\n", false), ("1.1", "Host: u@x\r\n", false), ("1.1", "Host: http://x\r\n", false),
    ("1.1", "Host: x:y\r\n", false), ("1.1", "Host: x:65536\r\n", false), ("1.1", "Host: :80\r\n", false),
    ("1.1", "Host: [::1\r\n", false), ("1.1", "Host: [x]\r\n", false), ("1.1", "Host: [::1]8\r\n", false),
    ("1.1", "Host: x%4\r\n", false), ("1.1", "Host: x?\r\n", false), ("1.1", "Host: \u{e4}\r\n", false),
    ("1.0", "Host: x y\r\n", false),
  ])
  func wantsOneProperHost(version: String, fields: String, isTaken: Bool) throws {
    let text = "GET / HTTP/\(version)\r\n\(fields)\r\n"
    if isTaken {
      #expect(try requests(text).heads.count == 1)
    } else {
      #expect(throws: MessageError.malformed) { try parts(of: text) }
    }
  }

  /// RFC 9110 §5.3.
  @Test(arguments: [
    "Authorization", "Content-Type", "Origin", "User-Agent", "Referer", "From", "Date", "Range", "If-Range",
    "Max-Forwards",
    "Content-Range", "Content-Location", "If-Modified-Since", "If-Unmodified-Since", "Proxy-Authorization",
    "Access-Control-Request-Method",
  ])
  func refusesASecondValueWhereThereIsOne(name: String) throws {
    let start = "GET / HTTP/1.1\r\nHost: x\r\n\(name): a\r\n"
    #expect(try requests(start + "\r\n").heads.count == 1)
    #expect(throws: MessageError.malformed) { try parts(of: start + "\(name.lowercased()): a\r\n\r\n") }
    #expect(try requests(start + "X-\(name): a\r\nX-\(name): a\r\n\r\n").heads.count == 1)
  }

  private static let chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

  /// RFC 9112 §7.1.1.
  @Test(arguments: [
    (";a", true), (";a=b", true), (";a=\"b c\\\"d\"", true), (" ; a = b ; c", true), (";a;b=\"\"", true),
    ("", true),
    (" ", false), (";", false), (";=b", false), (";a=", false), (";a b", false), (";a=b c", false),
    (";a=\"b", false),
    (";a\u{1}", false), (";a=\"\u{7f}\"", false), (";a\rb", false), ("a;", true), ("x", false),
  ])
  func checksChunkExtensions(text: String, isTaken: Bool) throws {
    // "a" is a digit: a chunk of 0x1a bytes.
    let body = String(repeating: "b", count: text == "a;" ? 0x1A : 1)
    let request = Self.chunked + "1" + (text == "a;" ? "a;x" : text) + "\r\n\(body)\r\n0\r\n\r\n"
    if isTaken {
      #expect(try requests(request).bodies == [body])
      #expect(try requests(request, piece: 1).bodies == [body])
    } else {
      #expect(throws: MessageError.malformed) { try parts(of: request) }
    }
  }

  /// RFC 9112 §7.1.2.
  @Test func checksTrailersLikeFields() throws {
    let start = Self.chunked + "1\r\na\r\n0\r\n"
    #expect(try requests(start + "X: y\r\nZ:\r\n\r\n").bodies == ["a"])
    for line in ["X : y", " X: y", "X", ": y", "X: \u{1}", "X: a\rb", "X(: y", ""] where !line.isEmpty {
      #expect(throws: MessageError.malformed, "\(line)") { try parts(of: start + line + "\r\n\r\n") }
    }
    let limits = HeadLimits()
    let many = String(repeating: "X: y\r\n", count: limits.fieldCount)
    #expect(try requests(start + many + "\r\n").bodies == ["a"])
    #expect(throws: MessageError.headTooLarge) { try parts(of: start + many + "X: y\r\n\r\n") }
    let large = String(repeating: "X: " + String(repeating: "y", count: limits.field - 3) + "\r\n", count: 5)
    #expect(throws: MessageError.headTooLarge) { try parts(of: start + large) }
  }

  /// What is around a body costs no more than a multiple of it.
  @Test func boundsWhatIsAroundABody() throws {
    let small = String(repeating: "1\r\na\r\n", count: 100_000)
    #expect(try requests(Self.chunked + small + "0\r\n\r\n").bodies.first?.utf8.count == 100_000)
    let extended = String(repeating: "1;" + String(repeating: "e", count: 100) + "\r\na\r\n", count: 1000)
    #expect(throws: MessageError.malformed) { try parts(of: Self.chunked + extended) }
    let blank = String(repeating: "\r\n", count: 9)
    #expect(throws: MessageError.malformed) { try parts(of: blank) }
    let spread = Array(repeating: "\r\nGET / HTTP/1.0\r\n\r\n", count: 20).joined()
    #expect(try requests(spread).heads.count == 20)
  }
}
