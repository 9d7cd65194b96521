import AsyncHTTPClient
import HTTP1
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import RegionRouting

/// Connections to upstream servers that do what servers rarely do.
@Suite(.timeLimit(.minutes(1))) struct HopConnectionTests {
  private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  @Test(arguments: [HTTPMethod.GET, .HEAD, .POST]) func aStaleConnectionCostsASafeRequestNothing(
    method: HTTPMethod
  ) async throws {
    let status = try await ScriptedServer.run { connection, inbound, outbound in
      while try await inbound.read() != nil {
        // The first connection takes a second request and closes without a word.
        if connection == 0, try await inbound.isSecond(outbound, Self.answer) { return }
        if connection > 0 { try await outbound.write(method == .HEAD ? Self.headAnswer : Self.answer) }
      }
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        let status = try await front.send().head.status
        #expect(status == .ok)
        return try await front.send(method).head.status
      }
    }
    #expect(status == (method == .POST ? .badGateway : .ok))
  }

  private static let headAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"

  @Test(arguments: ["Connection: close\r\n", "X: y\r\nCONNECTION: Close, foo\r\n"])
  func connectionCloseIsHonoured(fields: String) async throws {
    let connections = NIOLockedValueBox(0)
    try await ScriptedServer.run { _, inbound, outbound in
      connections.withLockedValue { $0 += 1 }
      _ = try await inbound.read()
      try await outbound.write("HTTP/1.1 200 OK\r\n\(fields)Content-Length: 2\r\n\r\nok")
      // A server that announced it may leave the closing to the other end.
      let more = try await inbound.read()
      #expect(more == nil)
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        for _ in 0..<3 {
          let status = try await front.send(.POST).head.status
          #expect(status == .ok)
        }
      }
    }
    #expect(connections.withLockedValue { $0 } == 3)
  }

  @Test func aResponseWithoutLengthEndsWithTheConnection() async throws {
    try await ScriptedServer.run { _, inbound, outbound in
      _ = try await inbound.read()
      try await outbound.write("HTTP/1.1 200 OK\r\n\r\nall of it")
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        let body = try await front.send().body
        #expect(String(buffer: body) == "all of it")
      }
    }
  }

  /// A second answer in the same breath must never reach the next request.
  @Test func aResponseThatWasNotAskedForClosesTheConnection() async throws {
    let evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    let connections = NIOLockedValueBox(0)
    try await ScriptedServer.run { _, inbound, outbound in
      connections.withLockedValue { $0 += 1 }
      while try await inbound.read() != nil { try await outbound.write(Self.answer + evil) }
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        for _ in 0..<5 {
          let body = try await front.send(.POST).body
          #expect(String(buffer: body) == "ok")
        }
      }
    }
    #expect(connections.withLockedValue { $0 } == 5)
  }

  @Test(arguments: ["Continue", "Early Hints"]) func interimResponsesAreSkipped(reason: String) async throws {
    let interim = "HTTP/1.1 \(reason == "Continue" ? 100 : 103) \(reason)\r\nLink: </x>\r\n\r\n"
    try await ScriptedServer.run { _, inbound, outbound in
      while try await inbound.read() != nil { try await outbound.write(interim + interim + Self.answer) }
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        for _ in 0..<3 {
          let body = try await front.send().body
          #expect(String(buffer: body) == "ok")
        }
      }
    }
  }

  @Test(arguments: [
    "no http at all\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok", "HTTP/2.0 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 17 << 10) + "\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 129) + "Content-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Le",
  ])
  func whatIsNoAcceptableResponseFails(bytes: String) async throws {
    try await ScriptedServer.run { _, inbound, outbound in
      _ = try await inbound.read()
      try await outbound.write(bytes)
    } body: { port in
      try await TestForwarder.run(endpoints: ["http://127.0.0.1:\(port)"]) { front in
        let status = try await front.send().head.status
        #expect(status == .badGateway)
      }
    }
  }

  @Test func aServerWithoutTLSIsUnavailableOverHTTPS() async throws {
    try await ScriptedServer.run { _, inbound, outbound in
      _ = try await inbound.next(isolation: #isolation)
      try await outbound.write("HTTP/1.1 400 Bad Request\r\n\r\n")
    } body: { port in
      try await TestForwarder.run(endpoints: ["https://127.0.0.1:\(port)"]) { front in
        let status = try await front.send().head.status
        #expect(status == .serviceUnavailable)
      }
    }
  }
}

extension ScriptedServer.Inbound.AsyncIterator {
  /// Answers a first request and waits for a second.
  fileprivate mutating func isSecond(_ outbound: ScriptedServer.Outbound, _ answer: String) async throws
    -> Bool
  {
    try await outbound.write(answer)
    return try await read() != nil
  }
}
