import AsyncHTTPClient
import HTTP1
import HTTPTypes
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport
import Testing
import Vocabulary

@testable import RegionRouting

@Suite(.timeLimit(.minutes(1))) struct ForwarderFailureTests {
  @Test func aRefusedConnectionGoesToTheNextEndpoint() async throws {
    let dead = RefusingPort()
    try await withServer { request in
      Response(status: .ok, body: .echo(request))
    } body: { port in
      let endpoints = ["http://127.0.0.1:\(dead.port)", "http://127.0.0.1:\(port)"]
      try await TestForwarder.run(endpoints: endpoints) {
        $0.connectTimeout = .seconds(60)
      } body: { front in
        for _ in 0..<5 {
          let chunks = Chunks(chunk: ByteBuffer(repeating: 1, count: 1000), count: 200)
          let (head, body) = try await front.send(.POST, body: .stream(chunks, length: .unknown))
          #expect(head.status == .ok)
          #expect(body.readableBytes == 200_000)
        }
      }
    }
    withExtendedLifetime(dead) {}
  }

  @Test func aDeadRegionIsRefusedAndThenRefusedAtOnce() async throws {
    let dead = RefusingPort()
    let (ind1, deu1) =
      try (#require(.init(rawValue: "ind1")), #require(.init(rawValue: "deu1")))
      as (
        RegionCode, RegionCode
      )
    let directory = RegionDirectory(
      ownRegion: ind1,
      endpoints: [deu1: [try HTTPEndpoint("http://127.0.0.1:\(dead.port)")]],
      logger: .init(label: "test"),
      load: { [] }
    )
    let forwarder = Forwarder(
      ForwarderConfiguration(ownRegion: ind1, keys: try HopKeys.parse(TestForwarder.keyText)),
      directory: directory,
      logger: .init(label: "test")
    )
    let request = try Request(head: RequestHead(.get, "/"))
    let context = TestForwarder.context(of: request)
    var waits: [Duration] = []
    for _ in 0..<5 {
      let error = await #expect(throws: ForwardingError.self) {
        try await forwarder.forward(request, to: deu1, body: ByteBuffer(), context: context)
      }
      if case .regionUnavailable(deu1, let wait)? = error { waits.append(wait) }
    }
    await forwarder.shutdown()
    withExtendedLifetime(dead) {}
    // The first three tried to connect; after them the breaker answers with what is left of its pause.
    #expect(waits.count == 5)
    #expect(waits.prefix(3).allSatisfy { $0 == .seconds(1) })
    #expect(waits.suffix(2).allSatisfy { $0 < .seconds(1) })
  }

  /// A request whose body is still on its way must not use up the one try that a breaker allows.
  @Test func aRegionThatIsBackIsFoundByTheNextRequest() async throws {
    let port = try await withServer { _ in
      Response(status: .ok)
    } body: {
      $0
    }
    try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
      for _ in 0..<CircuitBreaker.threshold {
        let status = try await front.send().head.status
        #expect(status == .serviceUnavailable)
      }
      try await withServer {
        $0.port = port
      } _: { _ in
        Response(status: .ok)
      } body: { _ in
        try await eventually("the region is found again") {
          try await Self.postAfter100Continue(port: front.port).hasPrefix("HTTP/1.1 200 ")
        }
      }
    }
  }

  /// - Returns: the answer's head
  private static func postAfter100Continue(port: Int) async throws -> String {
    try await RawConnection.open(port: port) { incoming, outgoing in
      try await outgoing.write(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
      )
      let first = try await incoming.text(through: "\r\n\r\n") ?? ""
      guard first.hasPrefix("HTTP/1.1 100 ") else { return first }
      try await outgoing.write("body")
      return try await incoming.text(through: "\r\n\r\n") ?? ""
    }
  }

  @Test(arguments: [1, 2]) func aBlackHoleIsGivenUpWithinTheConnectTimeout(endpoints count: Int) async throws
  {
    let holes = (0..<count).map { _ in BlackHole() }
    let urls = holes.map { "http://127.0.0.1:\($0.port)" }
    try await TestForwarder.run(endpoints: urls) {
      $0.connectTimeout = .milliseconds(300)
    } body: { front in
      // The deadline of the whole exchange, which is longer, would end it with 504.
      let status = try await front.send().head.status
      #expect(status == .serviceUnavailable)
    }
    withExtendedLifetime(holes) {}
  }

  @Test func withoutKeysEveryRegionIsUnavailable() async throws {
    try await TestForwarder.run(endpoints: ["http://127.0.0.1:1"], keys: nil) { front in
      let status = try await front.send().head.status
      #expect(status == .serviceUnavailable)
    }
  }

  @Test func aSlowResponseTimesOutAndIsCancelled() async throws {
    let gone = TestSignal()
    try await withServer { request in
      await waitUntilClientLeaves(request)
      gone.fire()
      return Response(status: .ok)
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) {
        $0.deadline = .seconds(1)
      } body: { front in
        let status = try await front.send().head.status
        #expect(status == .gatewayTimeout)
        await gone.wait()
      }
    }
  }

  @Test(arguments: [true, false]) func aResponseThatStallsIsCutOff(isLengthKnown: Bool) async throws {
    try await withServer { request in
      Response(
        status: .ok,
        body: .streamed(length: isLengthKnown ? 1000 : nil) { writer in
          try await writer.write(ByteBuffer(string: "beginning"))
          await waitUntilClientLeaves(request)
        }
      )
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) {
        $0.deadline = .seconds(1)
      } body: { front in
        if isLengthKnown {
          // Small ones are passed on in one piece, so there is still time to say it.
          let status = try await front.send().head.status
          #expect(status == .gatewayTimeout)
        } else {
          // On a busy machine the deadline may pass before the head has come.
          let status = try? await front.send().head.status
          #expect(status == nil || status == .gatewayTimeout)
        }
      }
    }
  }

  @Test func aBrokenConnectionIsNotTriedAgain() async throws {
    let count = NIOLockedValueBox(0)
    try await withServer { _ in
      count.withLockedValue { $0 += 1 }
      throw CancellationError()
    } body: { port in
      let url = "http://127.0.0.1:\(port)"
      try await TestForwarder.run(endpoints: [url, url]) { front in
        let status = try await front.send(.POST).head.status
        #expect(status == .badGateway)
      }
    }
    #expect(count.withLockedValue { $0 } == 1)
  }
}

/// Returns when the connection's other end has gone.
func waitUntilClientLeaves(_ request: Request) async {
  let gone = TestSignal()
  request.disconnect?.onDisconnect { gone.fire() }
  await gone.wait()
}
