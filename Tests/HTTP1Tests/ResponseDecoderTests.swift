import NIOCore
import Testing

@testable import HTTP1

@Suite struct ResponseDecoderTests {
  /// What the decoder makes of bytes that arrive in pieces of a size.
  private func parts(
    of text: String,
    piece: Int = .max,
    isHead: Bool = false,
    isClosed: Bool = false
  ) throws(MessageError) -> [ResponseDecoder.Part] {
    var decoder = ResponseDecoder()
    decoder.expect(isHead: isHead)
    var bytes = ByteBuffer(string: text)
    var parts: [ResponseDecoder.Part] = []
    while let slice = bytes.readSlice(length: min(piece, bytes.readableBytes)), slice.readableBytes > 0 {
      decoder.append(slice)
      while let part = try decoder.next() { parts.append(part) }
    }
    if isClosed, let last = decoder.inputClosed() { parts.append(last) }
    return parts
  }

  /// The answer's head, its body as text, and whether it is complete.
  private func answer(
    _ text: String,
    piece: Int = .max,
    isHead: Bool = false,
    isClosed: Bool = false
  ) throws -> (head: ResponseHead, body: String, isComplete: Bool) {
    let parts = try parts(of: text, piece: piece, isHead: isHead, isClosed: isClosed)
    guard case .head(let head)? = parts.first else { throw MessageError.malformed }
    let bodies = parts.compactMap { part in if case .body(let bytes) = part { bytes } else { nil } }
    return (head, bodies.map { String(buffer: $0) }.joined(), parts.last?.isEnd == true)
  }

  @Test(arguments: [1, 2, 3, 7, .max]) func piecesMakeNoDifference(piece: Int) throws {
    let fields = "Content-Type:  text/plain \r\nX-Empty:\r\nSet-Cookie: a\r\nset-cookie: b\r\n"
    let lengthOne = try answer(
      "HTTP/1.1 201 Made it\r\n\(fields)Content-Length: 5\r\n\r\nhello",
      piece: piece
    )
    #expect(lengthOne.head.status == 201)
    #expect(lengthOne.head.reason == "Made it")
    #expect(lengthOne.head.contentLength == 5)
    #expect(lengthOne.head.isKeptAlive)
    #expect(lengthOne.head.headers.all("set-cookie") == ["a", "b"])
    #expect(lengthOne.head.headers.all("content-type") == ["text/plain"])
    #expect(lengthOne.head.headers.all("x-empty") == [""])
    #expect((lengthOne.body, lengthOne.isComplete) == ("hello", true))

    let chunks = "5\r\nhello\r\n01;a=\"b\"\r\n,\r\nA\r\n0123456789\r\n000\r\nX-Trailer: y\r\n\r\n"
    let chunked = try answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n\(chunks)", piece: piece)
    #expect(chunked.head.isChunked)
    #expect((chunked.body, chunked.isComplete) == ("hello,0123456789", true))

    let unframed = "HTTP/1.0 200\r\n\r\nto the end"
    #expect(try answer(unframed, piece: piece).isComplete == false)
    let closed = try answer(unframed, piece: piece, isClosed: true)
    #expect((closed.body, closed.isComplete, closed.head.reason) == ("to the end", true, ""))
  }

  @Test(arguments: [1, .max]) func interimResponsesAreSkipped(piece: Int) throws {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    let answer = try answer(interim + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", piece: piece)
    #expect(answer.head.status == 200)
    #expect(answer.isComplete)
  }

  @Test(arguments: [(204, false), (304, false), (200, true)])
  func someResponsesHaveNoBody(status: Int, isHead: Bool) throws {
    let answer = try answer("HTTP/1.1 \(status) X\r\nContent-Length: 5\r\n\r\n", isHead: isHead)
    #expect(answer.head.contentLength == 5)
    #expect((answer.body, answer.isComplete) == ("", true))
  }

  /// RFC 9112 §9.3.
  @Test(arguments: [
    ("1.1", "", true), ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true),
    ("1.1", "connection: x , CLOSE\r\n", false), ("1.1", "Connection: x\r\nConnection: close\r\n", false),
    ("1.0", "Connection: keep-alive, close\r\n", false), ("1.1", "Connection: enclosed\r\n", true),
  ])
  func keepsTheConnection(version: String, fields: String, isKept: Bool) throws {
    let answer = try answer("HTTP/\(version) 200 OK\r\n\(fields)Content-Length: 0\r\n\r\n")
    #expect(answer.head.isKeptAlive == isKept)
  }

  @Test(arguments: [
    "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
    "HTTP/1.1  200 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
    "HTTP/1.1 +20 OK\r\n\r\n",
    "\r\nHTTP/1.1 200 OK\r\n\r\n",
    // What ends a line for one program must end it for all.
    "HTTP/1.1 200 OK\nX: y\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y\nZ: a\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX: y\rZ\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX: y\u{0}\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y\u{7f}\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX: y\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\n X: y\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "HTTP/1.1 200 OK\r\n: y\r\n\r\n", "HTTP/1.1 200 OK\r\nX\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX(: y\r\n\r\n", "HTTP/1.1 200 OK\r\nÄ: y\r\n\r\n",
    // RFC 9112 §6.3, §11.2: one way to tell the length.
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nok",
    // RFC 9112 §7.1.
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 2\r\nok\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n２\r\nok\r\n",
  ])
  func refusesWhatIsAmbiguous(text: String) {
    #expect(throws: MessageError.self) { try parts(of: text) }
    #expect(throws: MessageError.self) { try parts(of: text, piece: 1) }
  }

  @Test func hasLimits() throws {
    let limits = HeadLimits()
    let start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
    let field = "X: " + String(repeating: "x", count: limits.field - 3) + "\r\n"
    #expect(try answer(start + field + "\r\n").isComplete)
    #expect(throws: MessageError.self) { try parts(of: start + "X" + field + "\r\n") }
    #expect(throws: MessageError.self) { try parts(of: start + String(repeating: field, count: 4) + "\r\n") }
    // Without an end in sight.
    #expect(throws: MessageError.self) {
      try parts(of: start + String(repeating: field, count: 5), piece: 1000)
    }
    let many = String(repeating: "X: y\r\n", count: limits.fieldCount - 1)
    #expect(try answer(start + many + "\r\n").isComplete)
    #expect(throws: MessageError.self) { try parts(of: start + many + "X: y\r\n\r\n") }

    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    // One more might be the CR of the longest line.
    let line = String(repeating: "0", count: limits.field + 2)
    #expect(throws: MessageError.self) { try parts(of: chunked + line) }
    #expect(throws: MessageError.self) {
      try parts(of: chunked + "0\r\n" + String(repeating: field, count: 5))
    }
  }

  @Test func whatFollowsAResponseIsTheNextOne() throws {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    #expect(try parts(of: answer + answer, piece: 1).count(where: { $0.isEnd }) == 2)
    var decoder = ResponseDecoder()
    decoder.append(ByteBuffer(string: answer + "HTT"))
    for _ in 1...3 { #expect(try decoder.next() != nil) }
    #expect(try decoder.next() == nil)
    #expect(decoder.holdsBytes)
  }
}

extension ResponseDecoder.Part {
  fileprivate var isEnd: Bool { if case .end = self { true } else { false } }
}
