import HTTP1
import HTTPTypes
import NIOCore
import TestSupport
import Testing

/// What clients may send, and what they may not.
@Suite(.timeLimit(.minutes(1))) struct RequestTests {
  @Sendable private static func echo(_ request: Request) async throws -> Response {
    let body = try await request.body.collect(upTo: 1 << 20)
    return Response(status: .ok, body: .whole(body))
  }

  @Test func chunksWithExtensionsAndTrailersAreOneBody() async throws {
    try await withServer(Self.echo) { port in
      let answer = try await RawConnection.exchange(
        port: port,
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n"
      )
      #expect(answer.hasSuffix("\r\n\r\nabcde"))
    }
  }

  /// RFC 9112 §6.3: whatever two servers might read in two ways.
  @Test(arguments: [
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 4\r\n\r\nabcd",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n", "GET / HTTP/1.1\r\nHo st: x\r\n\r\n",
    "GET / HTTP/9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
  ])
  func whatCouldBeReadInTwoWaysIsRefused(bytes: String) async throws {
    try await withServer(Self.echo) { port in
      let answer = try await RawConnection.exchange(
        port: port,
        bytes + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
      )
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
      #expect(answer.ranges(of: "HTTP/1.1 ").count <= 1, "\(answer)")
    }
  }

  @Test(arguments: [
    "X: " + String(repeating: "x", count: 17 << 10) + "\r\n", String(repeating: "X: y\r\n", count: 129),
    (0..<9).map { "X\($0): " + String(repeating: "x", count: 8 << 10) + "\r\n" }.joined(),
  ])
  func aHeadThatIsTooLargeIsRefused(fields: String) async throws {
    try await withServer(Self.echo) { port in
      let answer = try await RawConnection.exchange(port: port, "GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 431 "), "\(answer)")
      #expect(answer.contains("Connection: close"))
    }
  }

  @Test func aClientThatAsksFirstGets100Continue() async throws {
    try await withServer(Self.echo) { port in
      try await RawConnection.open(port: port) { incoming, outgoing in
        for _ in 0..<2 {
          try await outgoing.write(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
          )
          #expect(try await incoming.text(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
          try await outgoing.write("body")
          #expect(try await incoming.text(through: "body")?.hasPrefix("HTTP/1.1 200 OK") == true)
        }
      }
    }
  }

  /// Whether the body follows is up to the client then, so nothing can follow the answer.
  @Test func aClientWithout100ContinueGetsTheLastResponse() async throws {
    try await withServer { _ in
      Response(status: .unauthorized)
    } body: { port in
      let answer = try await RawConnection.exchange(
        port: port,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
      )
      #expect(answer == "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
  }

  @Test(arguments: [false, true]) func anUnreadBodyIsDropped(isChunked: Bool) async throws {
    let body = String(repeating: "x", count: 300_000)
    let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.utf8.count)"
    let framed = isChunked ? "493e0\r\n\(body)\r\n0\r\n\r\n" : body
    try await withServer { request in
      Response(status: .ok, body: .init(string: "\(request.target);"))
    } body: { port in
      try await RawConnection.open(port: port) { incoming, outgoing in
        for index in 0..<5 {
          try await outgoing.write("POST /\(index) HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\r\n\(framed)")
          #expect(try await incoming.text(through: ";")?.hasSuffix("/\(index);") == true)
        }
      }
    }
  }

  @Test func anEndlessUnreadBodyEndsTheConnection() async throws {
    try await withServer {
      $0.dropLimit = 100_000
    } _: { _ in
      Response(status: .ok)
    } body: { port in
      let answer = try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
        while (try? await outgoing.write(String(repeating: "x", count: 100_000))) != nil {}
        return (try? await incoming.rest()) ?? ""
      }
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 200 OK"))
    }
  }

  /// The responder sets the pace: what it has not read stays with the client.
  @Test func aBodyThatIsNotReadIsNotBuffered() async throws {
    let (begun, mayRead) = (TestSignal(), TestSignal())
    try await withServer { request in
      begun.fire()
      await mayRead.wait()
      var count = 0
      for try await part in request.body { count += part.readableBytes }
      return Response(status: .ok, body: .init(string: "\(count);"))
    } body: { port in
      let size = 64 << 20
      try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
        let sending = Task { try await outgoing.write(ByteBuffer(repeating: 1, count: size)) }
        await begun.wait()
        mayRead.fire()
        #expect(try await incoming.text(through: ";")?.hasSuffix("\(size);") == true)
        try await sending.value
      }
    }
  }
}
