import AsyncHTTPClient
import HTTP1
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport
import Testing

@testable import RegionRouting

/// Many requests at once: limits hold, each gets its own response, nothing is left behind.
@Suite(.timeLimit(.minutes(1))) struct HopLoadTests {
  @Test func twoHundredAtOnceGetTheirOwnResponses() async throws {
    try await withServer { request in
      let body = try await request.body.collect(upTo: 1 << 20)
      return Response(
        status: .ok,
        body: .whole(ByteBuffer(string: request.target + String(buffer: body)))
      )
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        try await withThrowingTaskGroup(of: Bool.self) { group in
          for index in 0..<200 {
            group.addTask {
              let body = String(repeating: "\(index % 10)", count: index * 50)
              let (_, answer) = try await front.send(
                .POST,
                "/\(index)",
                body: .bytes(ByteBuffer(string: body))
              )
              return String(buffer: answer) == "/\(index)" + body
            }
          }
          for try await isOwn in group { #expect(isOwn) }
        }
      }
    }
  }

  @Test func beyondTheLimitRequestsWaitForAConnection() async throws {
    let open = NIOLockedValueBox(0)
    let most = NIOLockedValueBox(0)
    let served = NIOLockedValueBox(0)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    try await ScriptedServer.run { _, inbound, outbound in
      let now = open.withLockedValue {
        $0 += 1; return $0
      }
      most.withLockedValue { $0 = max($0, now) }
      defer { open.withLockedValue { $0 -= 1 } }
      while try await inbound.read() != nil {
        // Half of the connections don't come back, so that places are handed on in both ways.
        let isLast = served.withLockedValue {
          $0 += 1; return $0 % 2 == 0
        }
        try await outbound.write(
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\(isLast ? "Connection: close\r\n" : "")\r\nok"
        )
        if isLast { return }
      }
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"], group: group) {
        // The one client that there is gets half.
        $0.client.connectionLimit = 4
        $0.connectTimeout = .seconds(60)
      } body: { front in
        try await withThrowingTaskGroup(of: Bool.self) { group in
          for _ in 0..<40 {
            group.addTask { try await front.send().head.status == .ok }
          }
          for try await isAnswered in group { #expect(isAnswered) }
        }
      }
    }
    try await group.shutdownGracefully()
    // A closed connection is counted out by the server a moment after the client has opened the next.
    #expect((2...4).contains(most.withLockedValue { $0 }))
    #expect(served.withLockedValue { $0 } == 40)
  }

  @Test func waitingForAConnectionHasAnEnd() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let (arrived, done) = (TestSignal(), TestSignal())
    try await ScriptedServer.run { _, inbound, outbound in
      _ = try await inbound.read()
      arrived.fire()
      await done.wait()
      try await outbound.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      _ = try await inbound.read()
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"], group: group) {
        $0.client.connectionLimit = 1
        $0.connectTimeout = .milliseconds(100)
      } body: { front in
        async let first = front.send().head.status
        await arrived.wait()
        #expect(try await front.send().head.status == .serviceUnavailable)
        done.fire()
        let status = try await first
        #expect(status == .ok)
      }
    }
    try await group.shutdownGracefully()
  }

  /// Clients that leave at any moment: every connection upstream is closed or idle in the end.
  @Test func manyDisconnectsAtOnceLeaveNoConnectionBusy() async throws {
    // Requests that are never answered in full, until their connection closes.
    let busy = NIOLockedValueBox(0)
    let closed = TestSignal()
    try await ScriptedServer.run { _, inbound, outbound in
      var isBusy = false
      defer {
        if isBusy { busy.withLockedValue { $0 -= 1 } }
        closed.fire()
      }
      while let request = try await inbound.read() {
        if request.hasPrefix("GET /whole ") {
          try await outbound.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
          continue
        }
        isBusy = true
        busy.withLockedValue { $0 += 1 }
        if request.hasPrefix("GET /half ") {
          try await outbound.write("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\nhalf")
        }
      }
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        let paths = ["whole", "half", "never"]
        await withTaskGroup(of: Void.self) { group in
          for index in 0..<300 {
            group.addTask {
              try? await RawConnection.open(port: front.port, resets: true) { inbound, outbound in
                try await outbound.write("GET /\(paths[index % 3]) HTTP/1.1\r\nHost: x\r\n\r\n")
                guard index % 2 == 0 else { return }
                _ = try await inbound.bytes()
              }
            }
            if index % 50 == 49 { await group.next() }
          }
          group.cancelAll()
        }
        // The front still runs: it isn't its shutdown that closes them.
        while busy.withLockedValue({ $0 }) > 0 { await closed.wait() }
        // And it has taken up every connection: its loop must not be stopped before that.
        for _ in 0..<8 {
          let answer = try await front.exchange("GET /whole HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
          #expect(answer.hasSuffix("\r\n\r\nok"))
        }
      }
    }
  }
}
