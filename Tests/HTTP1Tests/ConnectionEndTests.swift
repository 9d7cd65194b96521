import HTTP1
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// How connections end.
@Suite(.timeLimit(.minutes(1))) struct ConnectionEndTests {
  /// Longer than a busy machine takes from connecting to sending.
  private static let idleTimeout = TimeAmount.seconds(1)
  private static let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test(arguments: [
    "", "GET / HTT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", request,
  ])
  func aClientThatSendsNothingMoreIsLeftAlone(sent: String) async throws {
    try await withServer {
      $0.keepAliveTimeout = Self.idleTimeout
      $0.requestTimeout = Self.idleTimeout
    } _: { request in
      do {
        return Response(status: .ok, body: .whole(try await request.body.collect(upTo: 100)))
      } catch RequestBodyError.timeout {
        return Response(status: .requestTimeout)
      }
    } body: { port in
      let response = try await RawConnection.exchange(port: port, sent)
      let status =
        sent.isEmpty ? "" : sent == Self.request ? "HTTP/1.1 200 OK" : "HTTP/1.1 408 Request Timeout"
      #expect(response.prefix(status.count) == status && response.isEmpty == status.isEmpty)
      #expect(response.contains("Connection: close") == status.contains("408"))
    }
  }

  @Test func aClientMayWaitLongerThanItMayIdle() async throws {
    try await withServer {
      $0.keepAliveTimeout = Self.idleTimeout
    } _: { request in
      // Several rounds of the idle clock.
      try await request.disconnect?.eventLoop.scheduleTask(in: Self.idleTimeout * 3) {}.futureResult.get()
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
      $0.keepAliveTimeout = Self.idleTimeout
      $0.requestTimeout = Self.idleTimeout
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

  /// More than the operating system takes at once.
  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  ])
  func aLargeResponseOutlivesAHalfClose(request: String) async throws {
    let size = 32 << 20
    try await withServer { _ in
      Response(status: .ok, body: .whole(ByteBuffer(repeating: 120, count: size)))
    } body: {
      port in
      let count = try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write(request)
        outgoing.finish()
        _ = try await incoming.text(through: "\r\n\r\n")
        return try await incoming.skip(size)
      }
      #expect(count == size)
    }
  }

  /// Responses that the client does not take do not pile up: the server stops reading.
  @Test func aClientThatOnlyAsksIsNotServedForEver() async throws {
    let served = NIOLockedValueBox(0)
    try await withServer { request in
      if request.method == .get { served.withLockedValue { $0 += 1 } }
      return Response(status: .ok, body: .whole(ByteBuffer(repeating: 120, count: 1 << 20)))
    } body: { port in
      try await RawConnection.open(port: port) { _, outgoing in
        let asking = Task { try await outgoing.write(String(repeating: Self.request, count: 2000)) }
        // As soon as the sockets are full nothing moves any more, however often one looks.
        var counts = [-1, -2]
        while counts[counts.count - 1] != counts[counts.count - 2] || counts.last == 0 {
          try await outgoing.roundTrip(port: port)
          counts.append(served.withLockedValue { $0 })
        }
        #expect(served.withLockedValue { $0 } < 100)
        asking.cancel()
      }
    }
  }

  /// RFC 9112 §9.6: what comes after the last answer is not carried out.
  @Test func nothingIsServedAfterTheLastResponse() async throws {
    let served = NIOLockedValueBox<[String]>([])
    try await withServer { request in
      served.withLockedValue { $0.append(request.target) }
      return Response(status: .ok, headers: [.connection: "close"])
    } body: { port in
      _ = try await RawConnection.exchange(
        port: port,
        "GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n"
      )
    }
    #expect(served.withLockedValue { $0 } == ["/first"])
  }

  @Test func aClientThatLeavesInABodyLeavesNothingBehind() async throws {
    let gone = TestSignal()
    let connection = NIOLockedValueBox(WeakDisconnect())
    try await withServer { request in
      connection.withLockedValue { $0.disconnect = request.disconnect }
      do { for try await _ in request.body {} } catch { gone.fire() }
      return Response(status: .ok)
    } body: { port in
      try await RawConnection.open(port: port) { _, outgoing in
        try await outgoing.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbeginning")
      }
      await gone.wait()
    }
    // The server has stopped, and with it the last tasks; the event loop lets go of a connection a moment later.
    for _ in 0..<1000 where connection.withLockedValue({ $0.disconnect }) != nil {
      try await MultiThreadedEventLoopGroup.singleton.next().submit {}.get()
      try await MultiThreadedEventLoopGroup.singleton.next().submit {}.get()
    }
    #expect(connection.withLockedValue { $0.disconnect } == nil)
  }

  @Test func aHalfClosedClientGetsItsResponse() async throws {
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

  @Test func aDisconnectIsToldAtOnce() async throws {
    let (begun, gone, told) = (TestSignal(), TestSignal(), TestSignal())
    try await withServer { request in
      request.disconnect?.onDisconnect { gone.fire() }
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

  @Test func aResponderWithoutResponseEndsTheConnection() async throws {
    try await withServer { _ in
      throw CancellationError()
    } body: { port in
      let answer = try await RawConnection.exchange(port: port, Self.request)
      #expect(answer.isEmpty)
    }
  }

  /// Beyond the limit connections that wait are closed, but not those that have just been opened and are about to send.
  @Test(arguments: [true, false]) func aNewConnectionHasTimeForItsFirstRequest(hasGrace: Bool) async throws {
    let (begun, mayRespond) = (TestSignal(), TestSignal())
    try await withServer {
      $0.waitingLimit = 1
      $0.firstRequestGrace = hasGrace ? .hours(1) : .zero
    } _: { request in
      if request.target == "/busy" {
        begun.fire()
        await mayRespond.wait()
      }
      return Response(status: .ok, body: .init(string: "here"))
    } body: { port in
      try await RawConnection.open(port: port) { busyIncoming, busyOutgoing in
        try await busyOutgoing.write("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n")
        await begun.wait()
        try await RawConnection.open(port: port) { incoming, outgoing in
          // Each of them is one too many, on each event loop in turn.
          for _ in 0..<20 {
            let text = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            let response = try await RawConnection.exchange(port: port, text)
            #expect(response.hasSuffix("here"))
          }
          try? await outgoing.write(Self.request)
          let response = try? await incoming.text(through: "here")
          #expect((response != nil) == hasGrace)
        }
        mayRespond.fire()
        let busyResponse = try await busyIncoming.text(through: "here")
        #expect(busyResponse != nil)
      }
    }
  }

  /// At the limit others wait until one that is busy has its response; nobody is turned away.
  @Test func noMoreAreAcceptedThanThereMayBe() async throws {
    let (refused, mayRespond, begun) = (TestSignal(), TestSignal(), TestSignal())
    try await withServer {
      $0.connectionLimit = 1
      $0.onAcceptRefused = { _ in refused.fire() }
    } _: { request in
      if request.target == "/busy" {
        begun.fire()
        await mayRespond.wait()
      }
      return Response(status: .ok, body: .init(string: "here"))
    } body: { port in
      let busy = "GET /busy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
      async let first = RawConnection.exchange(port: port, busy)
      await begun.wait()
      // It is one too many, and the server accepts none after it.
      async let second = RawConnection.exchange(port: port, busy)
      await refused.wait()
      async let third = RawConnection.exchange(port: port, busy)
      for _ in 1...3 { mayRespond.fire() }
      for response in [try await first, try await second, try await third] {
        #expect(response.hasSuffix("here"))
      }
    }
  }

  /// A stop lets what has begun end, closes what is idle and takes no more.
  @Test func aStopWaitsForRequestsThatHaveBegun() async throws {
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
      let opened = TestSignal()
      async let isClosed = RawConnection.open(port: port) { incoming, _ in
        opened.fire()
        return try await incoming.bytes() == nil
      }
      await opened.wait()
      // Connections are accepted in their order: when this one's request has begun, the server has the idle one, too.
      async let answer = RawConnection.exchange(port: port, Self.request)
      await begun.wait()
      group.cancelAll()
      #expect(try await isClosed)
      mayAnswer.fire()
      let text = try await answer
      #expect(text.hasPrefix("HTTP/1.1 200 OK"))
      #expect(text.contains("Connection: close"))
      try await group.waitForAll()
      await #expect(throws: (any Error).self) { try await RawConnection.exchange(port: port, Self.request) }
    }
  }
}

/// A connection's `ClientDisconnect` lives as long as the connection.
private struct WeakDisconnect: Sendable {
  weak var disconnect: ClientDisconnect?
}

extension RawConnection.Outgoing {
  /// Another client's request and answer, so that the server has had time.
  fileprivate func roundTrip(port: Int) async throws {
    for _ in 0..<20 {
      try await RawConnection.open(port: port) { incoming, outgoing in
        try await outgoing.write("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try await incoming.text(through: "\r\n\r\n")
      }
    }
  }
}

private struct WaitingResponder: HTTPResponder {
  let begun: TestSignal
  let mayAnswer: TestSignal

  func begin(_ request: Request, with writer: ResponseWriter) -> Work? {
    {
      begun.fire()
      await mayAnswer.wait()
      _ = await writer.write(Response(status: .ok))
    }
  }
}
