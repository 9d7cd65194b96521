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

/// A client that leaves ends the upstream exchange at once; what is left open would be a leak.
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
        try await RawConnection.open(port: front.port) { _, outbound in
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
        try await RawConnection.open(port: front.port) { inbound, outbound in
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
}

extension TestForwarder {
  /// Writes bytes and reads until the server closes.
  func exchange(_ bytes: String) async throws -> String {
    try await RawConnection.exchange(port: port, bytes)
  }
}
