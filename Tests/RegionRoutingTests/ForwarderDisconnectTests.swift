import HTTP1
import HTTPTypes
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

  @Test(arguments: [
    "Content-Length: 500000\r\n\r\nbeginning", "Transfer-Encoding: chunked\r\n\r\n9\r\nbeginning\r\n",
  ])
  func whileUploading(rest: String) async throws {
    let (arrived, aborted) = (TestSignal(), TestSignal())
    try await withServer { request in
      do {
        for try await _ in request.body { arrived.fire() }
      } catch {
        aborted.fire()
        throw error
      }
      return Response(status: .ok)
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        try await RawConnection.open(port: front.port) { _, outbound in
          try await outbound.write("POST / HTTP/1.1\r\nHost: x\r\n" + rest)
          await arrived.wait()
        }
        await aborted.wait()
      }
    }
  }

  /// The rest of the body is dropped, and the next request found behind it.
  @Test func aResponseBeforeTheUploadEndsKeepsTheConnectionInStep() async throws {
    try await withServer { _ in
      Response(status: .unauthorized, body: .whole(ByteBuffer(string: "no")))
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        try await RawConnection.open(port: front.port) { inbound, outbound in
          for _ in 0..<10 {
            try await outbound.write(
              "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nbeginning\r\n"
            )
            let answer = try await inbound.text(through: "\r\n\r\nno")
            #expect(answer?.hasPrefix("HTTP/1.1 401 ") == true)
            try await outbound.write("3\r\nend\r\n0\r\n\r\n")
          }
        }
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
