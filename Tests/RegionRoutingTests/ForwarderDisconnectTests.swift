import AsyncHTTPClient
import HTTP1
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import TestSupport
import Testing
import Vocabulary

@testable import RegionRouting

/// A client whose connection is gone ends the upstream exchange at once; what is left open would be a leak. One that
/// has only shut down its sending half gets its response, as from the home server itself.
@Suite(.timeLimit(.minutes(1))) struct ForwarderDisconnectTests {
  @Test func whileWaitingForTheResponse() async throws {
    let (arrived, gone) = (TestSignal(), TestSignal())
    try await withServer { request in
      arrived.fire()
      await waitUntilClientLeaves(request)
      gone.fire()
      return Response(status: .ok)
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        try await RawConnection.open(port: front.port, resets: true) { _, outbound in
          try await outbound.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
          await arrived.wait()
        }
        await gone.wait()
      }
    }
  }

  @Test func whileDownloading() async throws {
    let gone = TestSignal()
    try await withServer { request in
      Response(
        status: .ok,
        body: .streamed(length: nil) { writer in
          try await writer.write(ByteBuffer(string: "beginning"))
          await waitUntilClientLeaves(request)
          gone.fire()
        }
      )
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        try await RawConnection.open(port: front.port, resets: true) { inbound, outbound in
          try await outbound.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
          _ = try await inbound.text(through: "beginning")
        }
        await gone.wait()
      }
    }
  }

  /// The home region learns of a request when all of it is there.
  @Test(arguments: [
    "Content-Length: 500000\r\n\r\nbeginning", "Transfer-Encoding: chunked\r\n\r\n9\r\nbeginning\r\n",
  ])
  func whileUploading(rest: String) async throws {
    let targets = NIOLockedValueBox<[String]>([])
    try await withServer { request in
      targets.withLockedValue { $0.append(request.target) }
      return Response(status: .ok)
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        for closesHalf in [true, false] {
          try await RawConnection.open(port: front.port) { inbound, outbound in
            try await outbound.write("POST /broken-off HTTP/1.1\r\nHost: x\r\n" + rest)
            guard closesHalf else { return }
            outbound.finish()
            _ = try await inbound.rest()
          }
        }
        #expect(
          try await front.send(.POST, "/whole", body: .bytes(ByteBuffer(string: "x"))).head.status == .ok
        )
      }
    }
    #expect(targets.withLockedValue { $0 } == ["/whole"])
  }

  /// With and without a body; the response in one piece, and in several.
  @Test(arguments: [
    "GET /whole HTTP/1.1\r\nHost: x\r\n\r\n", "GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
    "POST /pieces HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
  ])
  func aClientThatHalfClosesIsAnsweredAsAtHome(_ bytes: String) async throws {
    let waiting = NIOLockedValueBox<[TestSignal]>([])
    try await withServer { request in
      guard request.target != "/loop" else { return Response(status: .noContent) }
      let (body, mayGoOn) = (try await request.body.collect(upTo: 3), TestSignal())
      waiting.withLockedValue { $0.append(mayGoOn) }
      await mayGoOn.wait()
      let answer = ByteBuffer(string: "<\(String(buffer: body))>")
      guard request.target == "/pieces" else { return Response(status: .ok, body: .whole(answer)) }
      return Response(
        status: .ok,
        body: .streamed(length: 2 * answer.readableBytes) { for _ in 1...2 { try await $0.write(answer) } }
      )
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        var bodies: [Substring] = []
        for server in [port, front.port] {
          let answer = try await RawConnection.open(port: server) { inbound, outbound in
            try await outbound.write(bytes)
            try await eventually("it is at home") { waiting.withLockedValue { $0.count == 1 } }
            outbound.finish()
            // Each event loop comes by what it has not seen yet before it serves a new connection.
            for _ in 1...8 {
              let loop = "GET /loop HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
              #expect(try await RawConnection.exchange(port: server, loop).hasPrefix("HTTP/1.1 204 "))
            }
            waiting.withLockedValue { $0.removeFirst() }.fire()
            return try await inbound.rest()
          }
          #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.contains("onnection: close"), "\(answer)")
          bodies.append(answer[(answer.ranges(of: "\r\n\r\n").last?.upperBound ?? answer.endIndex)...])
        }
        #expect(
          bodies[0] == bodies[1] && bodies[0].hasPrefix(bytes.contains("abc") ? "<abc>" : "<>"),
          "\(bodies)"
        )
      }
    }
  }
}

extension TestForwarder {
  /// Writes bytes and reads until the server closes.
  func exchange(_ bytes: String) async throws -> String {
    try await RawConnection.exchange(port: port, bytes)
  }
}
