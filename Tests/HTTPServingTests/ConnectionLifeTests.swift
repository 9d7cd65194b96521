import HTTPServing
import HTTPTypes
import NIOCore
import ServiceLifecycle
import TestSupport
import Testing

/// How connections end.
@Suite(.timeLimit(.minutes(1))) struct ConnectionLifeTests {
  /// Longer than a busy machine takes from connecting to sending.
  private static let idleTimeout = TimeAmount.seconds(1)
  private static let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test(arguments: [
    "", "GET / HTT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", request,
  ])
  func aClientThatSendsNothingMoreIsLeftAlone(sent: String) async throws {
    try await withServer {
      $0.idleTimeout = Self.idleTimeout
    } _: { request in
      Response(status: .ok, body: .whole(try await request.body.collect(upTo: 100)))
    } body: { port in
      let answer = try await RawConnection.exchange(port: port, sent)
      #expect(answer.hasPrefix("HTTP/1.1 200 OK") == (sent == Self.request))
    }
  }

  @Test func aClientMayWaitLongerThanItMayIdle() async throws {
    try await withServer {
      $0.idleTimeout = Self.idleTimeout
    } _: { request in
      // Several rounds of the idle clock.
      try await request.presence?.eventLoop.scheduleTask(in: Self.idleTimeout * 3) {}.futureResult.get()
      return Response(status: .ok, body: .init(string: "at last"))
    } body: { port in
      let answer = try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write(Self.request)
        return try await incoming.text(through: "at last")
      }
      #expect(answer != nil)
    }
  }

  @Test func aClientThatTakesNothingIsLeftAlone() async throws {
    let ended = TestSignal()
    try await withServer {
      $0.idleTimeout = Self.idleTimeout
    } _: { _ in
      Response(
        status: .ok,
        body: .streamed(length: nil) { writer in
          defer { ended.fire() }
          while true { try await writer.write(ByteBuffer(repeating: 1, count: 1 << 20)) }
        }
      )
    } body: { port in
      try await RawConnection.open(port: port) { _, outgoing in
        try await outgoing.write(Self.request)
        await ended.wait()
      }
    }
  }

  @Test func aHalfClosedClientGetsItsAnswer() async throws {
    try await withServer { _ in
      Response(status: .ok, body: .init(string: "still here"))
    } body: { port in
      let answer = try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write(Self.request)
        outgoing.finish()
        return try await incoming.rest()
      }
      #expect(answer.hasSuffix("still here"))
    }
  }

  @Test func aDepartureIsToldAtOnce() async throws {
    let (begun, gone, told) = (TestSignal(), TestSignal(), TestSignal())
    try await withServer { request in
      request.presence?.watch { gone.fire() }
      begun.fire()
      await gone.wait()
      told.fire()
      return Response(status: .ok)
    } body: { port in
      try await RawConnection.open(port: port) { _, outgoing in
        try await outgoing.write(Self.request)
        await begun.wait()
      }
      await told.wait()
    }
  }

  @Test func aResponderWithoutAnswerEndsTheConnection() async throws {
    try await withServer { _ in
      throw CancellationError()
    } body: { port in
      let answer = try await RawConnection.exchange(port: port, Self.request)
      #expect(answer.isEmpty)
    }
  }

  /// A stop answers what has begun, closes what is idle and takes no more.
  @Test func aStopAnswersWhatHasBegun() async throws {
    let (begun, mayAnswer) = (TestSignal(), TestSignal())
    let (ports, running) = AsyncStream<Int>.makeStream()
    let server = HTTPServer(
      .init(host: "127.0.0.1", port: 0),
      responder: WaitingResponder(begun: begun, mayAnswer: mayAnswer)
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run { running.yield($0) } }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      async let answer = RawConnection.exchange(port: port, Self.request)
      async let idle = RawConnection.exchange(port: port, "")
      await begun.wait()
      group.cancelAll()
      #expect(try await idle.isEmpty)
      mayAnswer.fire()
      let text = try await answer
      #expect(text.hasPrefix("HTTP/1.1 200 OK"))
      #expect(text.contains("Connection: close"))
      try await group.waitForAll()
      await #expect(throws: (any Error).self) { try await RawConnection.exchange(port: port, Self.request) }
    }
  }
}

private struct WaitingResponder: HTTPResponder {
  let begun: TestSignal
  let mayAnswer: TestSignal

  func respond(to request: Request, with writer: ResponseWriter) async {
    begun.fire()
    await mayAnswer.wait()
    _ = await writer.write(Response(status: .ok))
  }
}
