import HTTP1
import HTTPTypes
import NIOCore
import TestSupport
import Testing

/// How answers are framed, and that what follows one is found (RFC 9112 §6, §9).
@Suite(.timeLimit(.minutes(1))) struct FramingTests {
  /// Answers by path: `/whole`, `/none`, `/stream`, `/length`, `/short`, `/long`, `/fail`, `/204`, `/evil`, `/large`.
  @Sendable private static func answer(_ request: Request) async throws -> Response {
    let piece = ByteBuffer(string: "piece")
    switch request.target {
    case "/whole": return Response(status: .ok, body: .whole(piece))
    case "/stream":
      return Response(
        status: .ok,
        body: .streamed(length: nil) { writer in
          for _ in 1...2 { try await writer.write(piece) }
          try await writer.write(ByteBuffer())
        }
      )
    case "/length":
      return Response(
        status: .ok,
        body: .streamed(length: 10) { writer in for _ in 1...2 { try await writer.write(piece) } }
      )
    case "/short": return Response(status: .ok, body: .streamed(length: 10) { try await $0.write(piece) })
    case "/long": return Response(status: .ok, body: .streamed(length: 1) { try await $0.write(piece) })
    case "/fail":
      return Response(
        status: .ok,
        body: .streamed(length: nil) { writer in
          try await writer.write(piece)
          throw CancellationError()
        }
      )
    case "/204": return Response(status: .noContent, body: .whole(piece))
    case "/evil":
      return Response(status: .ok, headers: [.xEvil: "a\r\nX-More: b\u{0}", .contentLength: "999"])
    case "/large": return Response(status: .ok, body: .whole(ByteBuffer(repeating: 120, count: 1 << 20)))
    default: return Response(status: .ok)
    }
  }

  private static func get(_ path: String, _ version: String = "1.1", _ fields: String = "") -> String {
    "GET \(path) HTTP/\(version)\r\nHost: x\r\n\(fields)\r\n"
  }

  @Test(arguments: [
    ("/none", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ("/whole", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\npiece"),
    (
      "/stream",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\npiece\r\n5\r\npiece\r\n0\r\n\r\n"
    ),
    ("/length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npiecepiece"),
    ("/204", "HTTP/1.1 204 No Content\r\n\r\n"),
    ("/evil", "HTTP/1.1 200 OK\r\nX-Evil: a  X-More: b\r\nContent-Length: 0\r\n\r\n"),
  ])
  func responsesEndWhereTheySay(path: String, expected: String) async throws {
    try await withServer(Self.answer) { port in
      try await RawConnection.open(port: port) { incoming, outgoing in
        for _ in 0..<3 {
          try await outgoing.write(Self.get(path))
          #expect(try await incoming.text(through: expected) == expected)
        }
      }
    }
  }

  @Test(arguments: ["/short", "/long", "/fail"]) func anIncompleteResponseEndsTheConnection(path: String)
    async throws
  {
    try await withServer(Self.answer) { port in
      let answer = try await RawConnection.exchange(port: port, Self.get(path))
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(!answer.hasSuffix("0\r\n\r\n"))
    }
  }

  @Test func aHeadResponseHasNoBodyButItsLength() async throws {
    try await withServer(Self.answer) { port in
      try await RawConnection.open(port: port) { incoming, outgoing in
        for (path, length) in [("/whole", 5), ("/stream", nil), ("/length", 10), ("/none", 0)] {
          try await outgoing.write("HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
          let field = length.map { "Content-Length: \($0)\r\n" } ?? ""
          #expect(try await incoming.text(through: "\r\n\r\n") == "HTTP/1.1 200 OK\r\n\(field)\r\n")
        }
        try await outgoing.write(Self.get("/none"))
        #expect(
          try await incoming.text(through: "\r\n\r\n") == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        )
      }
    }
  }

  @Test func anOldClientGetsOneResponseAConnection() async throws {
    try await withServer(Self.answer) { port in
      #expect(
        try await RawConnection.exchange(port: port, Self.get("/whole", "1.0"))
          == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\npiece"
      )
      // RFC 9112 §7: it knows no chunks.
      #expect(
        try await RawConnection.exchange(port: port, Self.get("/stream", "1.0"))
          == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\npiecepiece"
      )
      let kept = try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write(Self.get("/whole", "1.0", "Connection: keep-alive\r\n"))
        let first = try await incoming.text(through: "piece")
        try await outgoing.write(Self.get("/whole", "1.0"))
        return try await [first, incoming.rest()]
      }
      #expect(kept[0]?.contains("Connection: keep-alive") == true)
      #expect(kept[1]?.hasSuffix("piece") == true)
    }
  }

  @Test func closeIsHonouredAndSaid() async throws {
    try await withServer(Self.answer) { port in
      let answer = try await RawConnection.exchange(
        port: port,
        Self.get("/whole", "1.1", "Connection: close\r\n") + Self.get("/whole")
      )
      #expect(answer == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\npiece")
    }
  }

  @Test func pipelinedRequestsGetTheirResponsesInOrder() async throws {
    try await withServer { request in
      var count = 0
      for try await part in request.body { count += part.readableBytes }
      return Response(status: .ok, body: .init(string: "\(request.target) \(count);"))
    } body: { port in
      let requests = (0..<200).map { index in
        "POST /\(index) HTTP/1.1\r\nHost: x\r\nContent-Length: \(index)\r\n\r\n"
          + String(repeating: "x", count: index)
      }
      try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write(requests.joined())
        for index in 0..<200 {
          let answer = try await incoming.text(through: ";")
          #expect(answer?.hasSuffix("\r\n\r\n/\(index) \(index);") == true)
        }
      }
    }
  }

  @Test func aSlowReaderGetsEverything() async throws {
    try await withServer(Self.answer) { port in
      let counts = try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write((0..<20).map { _ in Self.get("/large") }.joined())
        var counts: [Int] = []
        for _ in 0..<20 {
          _ = try await incoming.text(through: "\r\n\r\n")
          // A piece at a time, so that the server meets a full socket.
          counts.append(try await incoming.skip(1 << 20))
        }
        return counts
      }
      #expect(counts.allSatisfy { $0 == 1 << 20 })
    }
  }
}

extension HTTPField.Name {
  fileprivate static var xEvil: HTTPField.Name {
    guard let name = HTTPField.Name("X-Evil") else { preconditionFailure("a proper name") }
    return name
  }
}
