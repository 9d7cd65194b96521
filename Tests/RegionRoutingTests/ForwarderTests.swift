import API
import AsyncHTTPClient
import HTTP1
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import SystemPrimitives
import TestSupport
import Testing
import Vocabulary

@testable import RegionRouting

@Suite(.timeLimit(.minutes(1))) struct ForwarderTests {
  @Test func theRequestArrivesUnchangedAndSigned() async throws {
    let verifier = try await TestHops.verifier(
      peers: .shared(try HopKeys.parse(TestForwarder.keyText))
    )
    try await withServer { request in
      let inbound = InboundHopContext(
        of: request.head,
        requestID: "test-request",
        peer: nil,
        trusted: try .parse(""),
        verifier: verifier,
        now: WallClock.seconds()
      )
      guard let hop = inbound.hop, hop.from.rawValue == "ind1", hop.requestID == "test-request",
        request.headers.first("x-request-id") == "test-request",
        inbound.client?.description == "203.0.113.9"
      else { return Response(status: .misdirectedRequest) }
      let body = try await request.body.collect(upTo: 1 << 20)
      let signed: HopBody =
        body.readableBytes == 0 ? .none : .digest(SHA256.hash(Array(body.readableBytesView)))
      guard hop.body == signed else { return Response(status: .misdirectedRequest) }
      let text = "\(request.method) \(request.target) \(request.headers["authorization"] ?? "") "
      return Response(
        status: .init(code: 299, reasonPhrase: "Odd"),
        headers: [.contentType: "text/odd"],
        body: .whole(ByteBuffer(string: text + String(buffer: body)))
      )
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        for path in [
          "/", "/hub/my%20info?a=%2F&b=&c", "//x//?", "/a?b?c", "/a/../b/./c", "/%00%C3%a4;p=1?q='(*)!~",
        ] {
          let (head, body) = try await front.send(
            .PATCH,
            "/",
            headers: ["Authorization": "Bearer X"],
            body: .bytes(ByteBuffer(string: "{}"))
          )
          #expect(head.status.code == 299)
          #expect(String(buffer: body) == "PATCH / Bearer X {}")
          // Our own client would change the target, so the exact ones are written by hand.
          let answer = try await front.exchange(
            "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
          )
          #expect(answer.hasPrefix("HTTP/1.1 299 "), "\(path)")
          #expect(answer.contains("GET \(path) "), "\(path)")
        }
        for path in ["/%ff", "/%zz", "/a|b", "/\"", "*"] {
          let answer = try await front.exchange(
            "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
          )
          #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(path)")
        }
      }
    }
  }

  /// RFC 7239 §5.4, from what the load balancer in front says.
  @Test(arguments: ["http", "https"]) func theHomeServerLearnsTheSchemeOfTheClient(_ scheme: String)
    async throws
  {
    try await withServer { request in
      Response(status: .ok, body: .init(string: request.headers["forwarded"] ?? ""))
    } body: { port in
      let trusted = try TrustedProxies.parse("203.0.113.9")
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"], trusted: trusted) { front in
        let (_, body) = try await front.send(headers: ["X-Forwarded-Proto": scheme])
        #expect(String(buffer: body) == "for=203.0.113.9;proto=\(scheme)")
      }
    }
  }

  @Test func bodiesStreamBothWays() async throws {
    try await withServer { request in
      Response(status: .ok, body: .echo(request))
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        for size in [0, 1, 65_536, 65_537, 1 << 20] {
          let sent = ByteBuffer(repeating: 7, count: size)
          let (_, known) = try await front.send(.POST, body: .bytes(sent))
          #expect(known.readableBytes == size)
          let chunks = Chunks(chunk: ByteBuffer(repeating: 7, count: max(1, size / 16)), count: min(size, 16))
          let (_, chunked) = try await front.send(.POST, body: .stream(chunks, length: .unknown))
          #expect(chunked.readableBytes == chunks.count * (max(1, size / 16)))
        }
      }
    }
  }

  @Test func largeResponsesStreamAndKeepTheirLength() async throws {
    try await withServer { request in
      let chunk = ByteBuffer(repeating: 9, count: 100_000)
      let length = request.target == "/known" ? 10_000_000 : nil
      return Response(
        status: .ok,
        body: .streamed(length: length) { writer in
          for _ in 0..<100 { try await writer.write(chunk) }
        }
      )
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        let (known, body) = try await front.send(.GET, "/known")
        #expect(known.headers["Content-Length"] == ["10000000"])
        #expect(body.readableBytes == 10_000_000)
        let (unknown, same) = try await front.send(.GET, "/unknown")
        #expect(unknown.headers["Content-Length"].isEmpty)
        #expect(same.readableBytes == 10_000_000)
      }
    }
  }

  @Test func responsesWithoutBodyKeepTheConnectionInStep() async throws {
    try await withServer { request in
      switch request.target {
      case "/204": Response(status: .noContent)
      case "/304": Response(status: .notModified, headers: [.eTag: "x"])
      default: Response(status: .ok, headers: [.contentLength: "1234"])
      }
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        let head = try await front.send(.HEAD, "/")
        #expect(head.head.headers["Content-Length"] == ["1234"])
        for _ in 0..<3 {
          #expect(try await front.send(.GET, "/204").head.status == .noContent)
          #expect(try await front.send(.GET, "/304").head.headers["ETag"] == ["x"])
          #expect(try await front.send(.HEAD, "/").head.status == .ok)
        }
      }
    }
  }

  @Test func fieldsOfTheResponseAreCleaned() async throws {
    try await withServer { _ in
      var headers: HTTPFields = [
        .contentType: "application/json", .accessControlAllowOrigin: "*", .setCookie: "a=1",
        .xRequestID: "upstream", .date: "Tue, 15 Nov 1994 08:12:31 GMT",
      ]
      headers.append(HTTPField(name: .setCookie, value: "b=2"))
      return Response(status: .created, headers: headers, body: .whole(ByteBuffer(string: "{}")))
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        let (head, body) = try await front.send()
        #expect(head.status == .created)
        #expect(head.headers["Set-Cookie"] == ["a=1", "b=2"])
        #expect(head.headers["X-Request-ID"].isEmpty)
        #expect(head.headers["Access-Control-Allow-Origin"].isEmpty)
        #expect(head.headers["Via"].isEmpty)
        #expect(head.headers["Date"].count == 1)
        #expect(String(buffer: body) == "{}")
      }
    }
  }

  @Test func connectionsAreReused() async throws {
    let connections = NIOLockedValueBox(Set<ObjectIdentifier?>())
    try await withServer { request in
      connections.withLockedValue { _ = $0.insert(request.disconnect.map { ObjectIdentifier($0) }) }
      return Response(status: .ok, body: .whole(ByteBuffer(string: "x")))
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        for _ in 0..<50 { _ = try await front.send(.POST, body: .bytes(ByteBuffer(string: "y"))) }
      }
    }
    #expect(connections.withLockedValue(\.count) == 1)
  }
}

/// The same chunk several times, as a body of unknown length.
struct Chunks: AsyncSequence, Sendable {
  let chunk: ByteBuffer
  let count: Int

  struct AsyncIterator: AsyncIteratorProtocol {
    let chunk: ByteBuffer
    var left: Int
    mutating func next() async -> ByteBuffer? {
      left -= 1
      return left < 0 ? nil : chunk
    }
  }
  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunk: chunk, left: count) }
}
