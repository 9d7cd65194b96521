import HTTP1
import HTTPTypes
import NIOCore
import TestSupport
import Testing

/// The bytes that all connections of a server hold together.
@Suite(.timeLimit(.minutes(2))) struct RequestMemoryTests {
  @Sendable private static func length(_ request: Request) async throws -> Response {
    do {
      let body = try await request.body.collect(upTo: 1 << 20)
      return Response(status: .ok, body: .whole(ByteBuffer(string: "\(body.readableBytes)")))
    } catch RequestBodyError.overloaded {
      return Response(status: .serviceUnavailable)
    }
  }

  private static func head(_ length: Int) -> String {
    "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(length)\r\n\r\n"
  }

  private static func post(_ length: Int) -> String { head(length) + String(repeating: "x", count: length) }

  /// Opens connections that send the same and then nothing, while the body runs.
  private static func withClients(
    _ count: Int,
    sending text: String,
    to port: Int,
    _ body: () async throws -> Void
  ) async throws {
    let isOver = TestSignal()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<count {
        group.addTask {
          try await RawConnection.open(port: port) { _, outbound in
            // It may be refused while it sends.
            try? await outbound.write(text)
            await isOver.wait()
            isOver.fire()
          }
        }
      }
      do {
        try await body()
      } catch {
        isOver.fire()
        throw error
      }
      isOver.fire()
      group.cancelAll()
      while let result = await group.nextResult() { _ = result }
    }
  }

  /// Sends a request in two pieces, the second one when the server has had the time to see the first.
  private static func exchange(port: Int, _ first: String, _ second: String) async throws -> String {
    try await RawConnection.open(port: port) { inbound, outbound in
      try await outbound.write(first)
      for _ in 1...8 { _ = try await RawConnection.exchange(port: port, post(1)) }
      try await outbound.write(second)
      return try await inbound.rest()
    }
  }

  /// Two hundred large bodies that never end do not fit; small requests are served as if nothing was.
  @Test func bodiesThatNeverEndAreRefusedBeyondTheBoundAndSmallRequestsServed() async throws {
    let limit = 4 << 20
    let memory = RequestMemory(limit: limit)
    try await withServer(configure: { $0.memory = memory }, Self.length) { port in
      let start = Self.head(200_000) + String(repeating: "x", count: 50_000)
      try await Self.withClients(200, sending: start, to: port) {
        try await eventually("a large body does not fit") {
          let answer = try await RawConnection.exchange(port: port, Self.post(100_000))
          return answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("Connection: close")
        }
        // Bodies, and what of refused requests waits in place of a head.
        #expect(memory.bytes > limit / 2 && memory.bytes <= limit + limit / 2)
        for _ in 0..<20 {
          #expect(try await RawConnection.exchange(port: port, Self.post(1000)).hasSuffix("\r\n\r\n1000"))
        }
      }
      try await eventually("all of it is given back") { memory.isUnused }
      #expect(try await RawConnection.exchange(port: port, Self.post(100_000)).hasSuffix("\r\n\r\n100000"))
    }
  }

  /// Heads that are not complete count as well, and so do those who send no more than that.
  @Test func headsThatNeverEndAreRefusedBeyondTheBound() async throws {
    let memory = RequestMemory(limit: 1 << 20)
    try await withServer(
      configure: {
        $0.memory = memory
        // On a busy machine the pieces are far apart.
        $0.minimumRate = 0
        $0.requestTimeout = .minutes(5)
      },
      Self.length
    ) { port in
      let field = "X: " + String(repeating: "x", count: 10_000) + "\r\n"
      let head = "GET / HTTP/1.1\r\nHost: x\r\n" + field
      try await Self.withClients(150, sending: head, to: port) {
        try await eventually("another one is refused") {
          try await RawConnection.open(port: port) { inbound, outbound in
            try await outbound.write(head)
            outbound.finish()
            return try await inbound.rest().hasPrefix("HTTP/1.1 503 ")
          }
        }
        #expect(memory.bytes > 1 << 17 && memory.bytes < 1 << 19)
        // Bodies have their own part, and small heads in two pieces are waited for.
        let split = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        #expect(try await Self.exchange(port: port, split, "X: y\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        #expect(try await RawConnection.exchange(port: port, Self.post(100_000)).hasSuffix("\r\n\r\n100000"))
        // A request in one piece waits for nothing.
        let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        let answer = try await RawConnection.exchange(port: port, request)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
      }
      try await eventually("all of it is given back") { memory.isUnused }
    }
  }

  /// A body counts as long as its request is under way, and no longer.
  @Test func aBodyCountsUntilItsRequestIsAnswered() async throws {
    let memory = RequestMemory(limit: 1 << 20)
    let (isThere, mayGoOn) = (TestSignal(), TestSignal())
    try await withServer(configure: { $0.memory = memory }) { request in
      let body = try await request.body.collect(upTo: 1 << 20)
      isThere.fire()
      await mayGoOn.wait()
      return Response(status: .ok, body: .whole(ByteBuffer(string: "\(body.readableBytes)")))
    } body: { port in
      async let answer = RawConnection.exchange(port: port, Self.post(30_000))
      await isThere.wait()
      #expect(memory.bytes == 30_000)
      mayGoOn.fire()
      #expect(try await answer.hasSuffix("\r\n\r\n30000"))
      try await eventually("it is given back") { memory.isUnused }
    }
  }

  /// What nobody reads is dropped, and counts for nothing.
  @Test func aBodyThatIsDroppedDoesNotCount() async throws {
    let memory = RequestMemory(limit: 1 << 20)
    try await withServer(configure: { $0.memory = memory }) { _ in
      Response(status: .unauthorized)
    } body: { port in
      let answer = try await RawConnection.exchange(port: port, Self.post(5 << 20))
      #expect(answer.hasPrefix("HTTP/1.1 401 "))
      try await eventually("nothing is held") { memory.isUnused }
    }
  }

  /// The client that has its share is refused, in the middle of a body as well, and another one is not.
  @Test func aClientThatHasItsShareIsRefusedAndAnotherIsNot() async throws {
    let memory = RequestMemory(limit: 1 << 20)
    try await withServer(configure: { $0.memory = memory }) { request in
      let keys = ClientKeys(network: request.target.hashValue, session: nil)
      guard request.body.count(for: keys) else { return Response(status: .tooManyRequests) }
      do {
        _ = try await request.body.collect(upTo: 1 << 20)
        return Response(status: .ok)
      } catch RequestBodyError.overShare {
        return Response(status: .tooManyRequests)
      }
    } body: { port in
      let start = Self.head(200_000) + String(repeating: "x", count: 60_000)
      try await Self.withClients(12, sending: start, to: port) {
        try await eventually("the client has its half") {
          try await RawConnection.exchange(port: port, Self.post(200_000)).hasPrefix("HTTP/1.1 429 ")
        }
        #expect(try await RawConnection.exchange(port: port, Self.post(1000)).hasPrefix("HTTP/1.1 200 "))
        let other = Self.post(100_000).replacing("POST / ", with: "POST /other ")
        #expect(try await RawConnection.exchange(port: port, other).hasPrefix("HTTP/1.1 200 "))
      }
      try await eventually("all of it is given back") { memory.isUnused }
    }
  }
}
