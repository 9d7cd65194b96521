import Foundation
import TestSupport
import Testing

/// Clients that want a region's link, or a server's memory, for themselves: slowly, through nginx, against a server
/// whose region is not theirs.
@Suite(.serialized, .timeLimit(.minutes(6))) struct SlowClientTests {
  /// A session that the home region does not know: what is attacked comes before anybody asks for it.
  private static func session(_ account: Int) -> String {
    "USA1-" + String(repeating: "0", count: 56) + String(10_000_000 + account)
  }

  private static func head(_ framing: String, from address: String, account: Int) -> String {
    "POST /hub/change-password HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: \(address)\r\n"
      + "Authorization: Bearer \(session(account))\r\nContent-Type: application/json\r\n\(framing)\r\n\r\n"
  }

  /// What clients have been told so far.
  private actor Answers {
    private(set) var heads: [String] = []
    func note(_ head: String) { heads.append(head) }
    func count(_ status: Int) -> Int { heads.count { $0.hasPrefix("HTTP/1.1 \(status) ") } }
  }

  /// Runs the body while clients have sent the beginning of a request and wait.
  private static func whileWaiting(
    _ count: Int,
    port: Int,
    _ beginning: @escaping @Sendable (_ number: Int) -> String,
    _ body: (Answers) async throws -> Void
  ) async throws {
    let (begun, answers) = (Answers(), Answers())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<count {
        group.addTask {
          try await RawConnection.open(port: port) { inbound, outbound in
            try? await outbound.write(beginning(number))
            await begun.note("")
            guard let head = try? await inbound.text(through: "\r\n\r\n") else { return }
            await answers.note(head)
          }
        }
      }
      // When the body is over, so is the waiting: a task that is cancelled reads no more.
      defer { group.cancelAll() }
      try await eventually("all have begun") { await begun.heads.count == count }
      try await body(answers)
    }
  }

  private static func heldBytes(_ client: APIClient) async throws -> Int {
    let metrics = String(decoding: try await client.get("/metrics").body, as: UTF8.self)
    let line = metrics.split(separator: "\n").first { $0.hasPrefix("vetchium_http_request_memory_bytes") }
    return Int(try #require(line?.split(separator: " ").last.flatMap { Double($0) }))
  }

  /// A server of `ind1` of its own, so that what it holds is only what these tests send, and nginx before it.
  private static func withServer(
    _ body: (_ stack: TestStack, _ server: StackServer, _ balancer: LoadBalancer) async throws -> Void
  ) async throws {
    let stack = try await TestStack.shared
    let server = try stack.anotherServer("ind1")
    try await server.start()
    try await server.waitUntilReady()
    let balancer = try await LoadBalancer.start(
      apiServers: [server.port],
      globalService: stack.globalService.port
    )
    try await body(stack, server, balancer)
    #expect(try await server.process.terminate() == .exit(0))
  }

  /// Somebody else's small requests, with and without a body; 401 is the home region's answer about a session and about
  /// an account that it does not know.
  private static func expectService(_ client: APIClient, _ number: Int) async throws {
    let from = [("X-Forwarded-For", "192.0.2.\(200 + number)")]
    #expect(
      try await client.get("/hub/myinfo", session: session(900_000 + number), headers: from).status == 401
    )
    let body: JSON = ["current_password": "Not-it-at-all-1", "new_password": "Never-used-at-all-2"]
    let headers = from + [("Authorization", "Bearer \(session(900_000 + number))")]
    let answer = try await client.send("POST", "/hub/change-password", headers: headers, body: body.data)
    #expect(answer.status == 401, "\(answer)")
  }

  /// One account from many addresses, and many accounts from one.
  @Test(arguments: [true, false]) func uploadsThatNeverEndKeepNobodyFromARegion(_ isOneAccount: Bool)
    async throws
  {
    try await Self.withServer { _, server, balancer in
      let start = String(repeating: "x", count: 90_000)
      let before = try Memory.resident(of: server.process.pid)
      try await Self.whileWaiting(530, port: balancer.port) { number in
        let address = isOneAccount ? "198.51.\(100 + number / 200).\(number % 200)" : "198.51.100.1"
        return Self.head("Content-Length: 900000", from: address, account: isOneAccount ? 1 : number) + start
      } _: { answers in
        // Half of REQUEST_MEMORY is there for them, and an eighth when others want theirs.
        try await eventually("some are refused") { await answers.count(429) > 100 }
        for number in 0..<20 { try await Self.expectService(balancer.client, number) }
        #expect(
          await answers.heads.allSatisfy { $0.hasPrefix("HTTP/1.1 429 ") && $0.contains("Retry-After: 1") }
        )
        #expect(try await Self.heldBytes(server.client) <= 33 << 20)
        let grown = try Memory.resident(of: server.process.pid) - before
        #expect(grown < 128 << 20, "\(grown >> 20) MiB for 530 uploads of 90 KB")
      }
      try await eventually("nothing is left of them") { try await Self.heldBytes(server.client) < 1 << 16 }
    }
  }

  @Test func threeHundredLargeUploadsDoNotEatTheMemory() async throws {
    try await Self.withServer { _, server, _ in
      let start = String(repeating: "x", count: 1_000_000)
      let before = try Memory.resident(of: server.process.pid)
      try await Self.whileWaiting(300, port: server.port) { number in
        Self.head("Content-Length: 1048576", from: "198.51.100.1", account: number) + start
      } _: { answers in
        try await eventually("most are refused") { await answers.count(429) + answers.count(503) > 200 }
        for number in 0..<20 { try await Self.expectService(server.client, number) }
        let grown = try Memory.resident(of: server.process.pid) - before
        #expect(grown < 160 << 20, "\(grown >> 20) MiB for 300 uploads of 1 MB")
      }
    }
  }

  /// A body in chunks that goes on for ever ends at the limit of its size, or of its time; the connection with it.
  @Test func aBodyThatNeverEndsIsEnded() async throws {
    let stack = try await TestStack.shared
    let server = try stack.anotherServer(
      "ind1",
      environment: ["REQUEST_TIMEOUT": "2s", "REQUEST_MIN_RATE": "0"]
    )
    try await server.start()
    try await server.waitUntilReady()
    let head = Self.head("Transfer-Encoding: chunked", from: "198.51.100.1", account: 1)
    let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
    for (sent, status) in [(String(repeating: chunk, count: 20), 413), ("5\r\nslow", 408)] {
      let answer = try await RawConnection.open(port: server.port) { inbound, outbound in
        try await outbound.write(head + sent)
        return try await inbound.rest()
      }
      #expect(answer.hasPrefix("HTTP/1.1 \(status) ") && answer.contains("onnection: close"), "\(answer)")
    }
    #expect(try await server.process.terminate() == .exit(0))
  }

  /// Hundreds of clients that send a request and close their half: all are answered, and none keeps a connection.
  @Test func halfClosedClientsAreAnsweredAndKeepNothing() async throws {
    try await Self.withServer { _, server, _ in
      let request =
        "GET /hub/myinfo HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(Self.session(1))\r\n\r\n"
      let local = request.replacing("USA1-", with: "IND1-")
      let statuses = try await withThrowingTaskGroup(of: Substring.self) { group in
        for number in 0..<400 {
          group.addTask {
            try await RawConnection.open(port: server.port) { inbound, outbound in
              try await outbound.write(number % 2 == 0 ? request : local)
              outbound.finish()
              return try await inbound.rest().prefix(13)
            }
          }
        }
        return try await group.reduce(into: Set<Substring>()) { $0.insert($1) }
      }
      #expect(statuses == ["HTTP/1.1 401 "])
      #expect(try await server.client.get("/hub/myinfo", session: Self.session(2)).status == 401)
    }
  }
}

/// The memory of a process (proc_pid_status(5)).
private enum Memory {
  struct Unreadable: Error {}

  /// In bytes.
  static func resident(of pid: Int32) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    guard let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Unreadable()
    }
    return kilobytes << 10
  }
}
