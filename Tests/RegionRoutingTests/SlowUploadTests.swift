import HTTP1
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import TestSupport
import Testing

@testable import RegionRouting

/// Clients that send slowly, or much at once, to a server that has to pass it on, and what becomes of others.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SlowUploadTests {
  /// Runs the body while clients have sent the beginning of a request and send no more.
  private static func whileUploading(
    _ count: Int,
    to server: RoutedServer,
    _ beginning: @escaping @Sendable (_ number: Int) -> String,
    _ body: () async throws -> Void
  ) async throws {
    let (begun, isOver) = (NIOLockedValueBox(0), TestSignal())
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { isOver.fire() }
      for number in 0..<count {
        group.addTask {
          try await RawConnection.open(port: server.port) { _, outbound in
            // A client that is refused may find its connection closed.
            try? await outbound.write(beginning(number))
            begun.withLockedValue { $0 += 1 }
            await isOver.wait()
            isOver.fire()
          }
        }
      }
      try await eventually("all have begun") { begun.withLockedValue { $0 } == count }
      try await body()
      isOver.fire()
      while let result = await group.nextResult() { _ = result }
    }
  }

  private static func withHome(_ body: @escaping @Sendable (_ port: Int) async throws -> Void) async throws {
    try await withServer(
      { request in
        _ = try await request.body.collect(upTo: 1 << 20)
        return Response(status: .ok)
      },
      body: body
    )
  }

  /// Three hundred uploads that never end, by one account at one address, and four connections to the other region.
  @Test(
    arguments: ["/session", "/body"],
    [("Content-Length: 900000", ""), ("Transfer-Encoding: chunked", "40000\r\n")]
  )
  func uploadsThatNeverEndTakeNoConnectionToTheOtherRegion(_ path: String, _ body: (String, String))
    async throws
  {
    try await Self.withHome { home in
      try await RoutedServer.run(home: home, connections: 4) { server in
        let start = RoutedServer.head(path, length: 0, framing: body.0) + body.1
        try await Self.whileUploading(300, to: server) { _ in
          start + String(repeating: "x", count: 70_000)
        } _: {
          for (address, account) in [("192.0.2.1", 1), ("192.0.2.1", 2), ("192.0.2.2", 1), ("192.0.2.9", 9)] {
            for length in [2, 10_000, 100_000] {
              let request = RoutedServer.request(path, length: length, from: address, account: account)
              let answer = try await server.exchange(request)
              #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(length) of \(account) at \(address): \(answer)")
            }
          }
        }
        try await eventually("nothing is left of them") { server.memory.isUnused }
      }
    }
  }

  /// 530 uploads that never end, of one account from many addresses and of many accounts from one address: beyond half
  /// of the memory they are told to come back, and nobody else is.
  @Test(arguments: ["/session", "/body"], [true, false])
  func beyondItsShareOfMemoryAClientIsRefusedAndNobodyElse(_ path: String, _ isOneAccount: Bool) async throws
  {
    let limit = 8 << 20
    try await Self.withHome { home in
      try await RoutedServer.run(home: home, memory: limit, connections: 4) { server in
        @Sendable func origin(_ number: Int) -> (address: String, account: Int) {
          isOneAccount ? ("198.51.\(100 + number / 200).\(number % 200)", 1) : ("192.0.2.1", number)
        }
        try await Self.whileUploading(530, to: server) { number in
          let (address, account) = origin(number)
          return RoutedServer.head(path, length: 90_000, from: address, account: account)
            + String(repeating: "x", count: 30_000)
        } _: {
          let (address, account) = origin(9_999)
          try await eventually("the client is refused") {
            let large = RoutedServer.request(path, length: 50_000, from: address, account: account)
            let answer = try await server.exchange(large)
            guard answer.hasPrefix("HTTP/1.1 429 ") else { return false }
            #expect(answer.contains("Retry-After: 1\r\n") && answer.contains("too-many-requests"))
            return true
          }
          #expect(server.memory.bytes < limit * 3 / 4)
          // What is small goes on, of the same client as well; and others go on with what is large.
          let small = RoutedServer.request(path, from: address, account: account)
          #expect(try await server.exchange(small).hasPrefix("HTTP/1.1 200 "))
          for length in [2, 10_000, 300_000] {
            let other = RoutedServer.request(path, length: length, from: "192.0.2.77", account: 777_777)
            #expect(try await server.exchange(other).hasPrefix("HTTP/1.1 200 "))
          }
        }
        try await eventually("nothing is left of them") { server.memory.isUnused }
      }
    }
  }

  /// A client whose requests are not answered waits for them when it has its share of connections, in the end in vain;
  /// somebody else does not.
  @Test func aClientHasAShareOfTheConnectionsToARegion() async throws {
    let (arrived, isOver) = (NIOLockedValueBox(0), TestSignal())
    try await withServer { request in
      let body = try await request.body.collect(upTo: 1 << 20)
      if body.readableBytes == 3 {
        arrived.withLockedValue { $0 += 1 }
        await isOver.wait()
        isOver.fire()
      }
      return Response(status: .ok)
    } body: { home in
      try await RoutedServer.run(home: home, connections: 16) { server in
        let (refused, served) = (NIOLockedValueBox(0), NIOLockedValueBox(0))
        async let done: Void = Self.sendAll(64, to: server, refused: refused, served: served)
        // Those that wait for a connection have two seconds.
        try await eventually("some are refused") { refused.withLockedValue { $0 } > 0 }
        try await eventually("the others have half of all") { arrived.withLockedValue { $0 } == 8 }
        for number in 0..<32 {
          let other = RoutedServer.request("/session", from: "192.0.2.77", account: 7_000 + number)
          #expect(try await server.exchange(other).hasPrefix("HTTP/1.1 200 "))
        }
        #expect(arrived.withLockedValue { $0 } == 8)
        isOver.fire()
        try await done
        // Those that have still waited came next.
        let count = arrived.withLockedValue { $0 }
        #expect(served.withLockedValue { $0 } == count && refused.withLockedValue { $0 } == 64 - count)
      }
    }
  }

  /// Sends requests that the home does not answer, and counts what becomes of them.
  private static func sendAll(
    _ count: Int,
    to server: RoutedServer,
    refused: NIOLockedValueBox<Int>,
    served: NIOLockedValueBox<Int>
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<count {
        group.addTask {
          let answer = try await server.exchange(RoutedServer.request("/session", length: 3))
          if answer.hasPrefix("HTTP/1.1 503 "), answer.contains("Retry-After: ") {
            refused.withLockedValue { $0 += 1 }
          }
          if answer.hasPrefix("HTTP/1.1 200 ") { served.withLockedValue { $0 += 1 } }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Too large, or no body at all: what comes of it is the same as at home, and the other region hears nothing.
  @Test func whatIsNoProperBodyIsRefusedBeforeTheHop() async throws {
    let count = NIOLockedValueBox(0)
    try await withServer { _ in
      count.withLockedValue { $0 += 1 }
      return Response(status: .ok)
    } body: { home in
      try await RoutedServer.run(home: home) { server in
        let chunk = "20000\r\n" + String(repeating: "x", count: 0x20000) + "\r\n"
        let chunked = RoutedServer.head("/session", length: 0, framing: "Transfer-Encoding: chunked")
        for (request, status) in [
          (RoutedServer.head("/session", length: 1 << 20 + 1), 413),
          (chunked + String(repeating: chunk, count: 9), 413), (chunked + "no size\r\n", 400),
        ] {
          let answer = try await RawConnection.open(port: server.port) { inbound, outbound in
            try await outbound.write(request)
            return try await inbound.text(through: "\r\n\r\n") ?? ""
          }
          #expect(answer.hasPrefix("HTTP/1.1 \(status) ") && answer.contains("onnection: close"), "\(answer)")
        }
      }
    }
    #expect(count.withLockedValue { $0 } == 0)
  }
}
