import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import Testing
import Vocabulary

@testable import RegionRouting

/// A client that leaves ends the upstream exchange at once; what is left open would be a leak.
@Suite(.timeLimit(.minutes(1))) struct ForwarderDepartureTests {
  @Test func whileWaitingForTheAnswer() async throws {
    let (arrived, gone) = (TestSignal(), TestSignal())
    try await withServer { _, context in
      arrived.fire()
      await waitUntilClientLeaves(context)
      gone.fire()
      return Response(status: .ok)
    } body: { port in
      try await Front.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        try await RawConnection.open(port: front.port) { _, outbound in
          try await outbound.write(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
          await arrived.wait()
        }
        await gone.wait()
      }
    }
  }

  @Test func whileDownloading() async throws {
    let gone = TestSignal()
    try await withServer { _, context in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "beginning"))
          await waitUntilClientLeaves(context)
          gone.fire()
        }
      )
    } body: { port in
      try await Front.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        try await RawConnection.open(port: front.port) { inbound, outbound in
          try await outbound.write(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
          var text = ""
          for try await bytes in inbound {
            text += String(buffer: bytes)
            if text.contains("beginning") { break }
          }
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
    try await withServer { request, _ in
      do {
        for try await _ in request.body { arrived.fire() }
      } catch {
        aborted.fire()
        throw error
      }
      return Response(status: .ok)
    } body: { port in
      try await Front.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        try await RawConnection.open(port: front.port) { _, outbound in
          try await outbound.write(ByteBuffer(string: "POST / HTTP/1.1\r\nHost: x\r\n" + rest))
          await arrived.wait()
        }
        await aborted.wait()
      }
    }
  }

  /// The server's connection loop reads the body's rest as soon as the answer is written; the upload must have let
  /// go of it by then, or the process crashes.
  @Test func anAnswerBeforeTheUploadEndsClosesTheConnection() async throws {
    try await withServer { _, _ in
      Response(status: .unauthorized, body: .init(byteBuffer: ByteBuffer(string: "no")))
    } body: { port in
      try await Front.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        for _ in 0..<10 {
          let answer = try await front.exchange(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nbeginning\r\n"
          )
          #expect(answer.hasPrefix("HTTP/1.1 401 "))
          #expect(answer.lowercased().contains("connection: close"))
        }
      }
    }
  }
}

extension Front {
  /// Writes bytes and reads until the server closes.
  func exchange(_ bytes: String) async throws -> String {
    try await RawConnection.open(port: port) { inbound, outbound in
      try await outbound.write(ByteBuffer(string: bytes))
      var text = ""
      for try await bytes in inbound { text += String(buffer: bytes) }
      return text
    }
  }
}
