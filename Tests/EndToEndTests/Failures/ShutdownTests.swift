import FoundationEssentials
import Glibc
import PostgresClient
import TestSupport
import Testing

extension Failures {
  /// A stop in the middle of work.
  @Suite struct ShutdownTests {
    /// Which server is stopped while requests land at one and are at home at another.
    struct Case: Sendable, CustomStringConvertible {
      let landing: Landing
      let stopped: String
      var description: String { "\(landing), \(stopped) is stopped" }
    }

    @Test(arguments: [
      Case(landing: Landing(at: "ind1", home: "ind1"), stopped: "ind1"),
      Case(landing: Landing(at: "ind1", home: "usa1"), stopped: "ind1"),
      Case(landing: Landing(at: "ind1", home: "usa1"), stopped: "usa1"),
    ])
    func everyRequestInProgressIsAnswered(_ stop: Case) async throws {
      let stack = try await Failures.stack
      let server = try stack.server(stop.stopped)
      let process = try server.process
      let statuses = try await stack.whileRequestsWait(stop.landing) { release in
        process.signal(SIGTERM)
        try await eventually("no more connections are accepted") { await server.refuses() }
        #expect(process.isRunning)
        try await release()
      }
      #expect(statuses == Array(repeating: 403, count: statuses.count))
      #expect(try await process.waitForEnd() == .exit(0), "\(process.log.tail)")
      #expect(process.log.lines.last?.message == "stopped")
      try await server.start()
      try await server.waitUntilReady()
    }

    @Test func aSecondSignalEndsAtOnce() async throws {
      let stack = try await Failures.stack
      let server = try stack.server("ind1")
      let process = try server.process
      _ = try await stack.whileRequestsWait(Landing(at: "ind1", home: "ind1")) { release in
        process.signal(SIGTERM)
        try await eventually("no more connections are accepted") { await server.refuses() }
        process.signal(SIGTERM)
        #expect(try await process.waitForEnd() == .exit(1))
        let last = process.log.lines.last
        #expect(last?.message == "ending at once: a second signal came" && last?["level"] == "error")
        try await release()
      }
      try await server.start()
      try await server.waitUntilReady()
    }

    @Test func idleConnectionsDoNotHoldUpAStop() async throws {
      let stack = try await Failures.stack
      // Neither limit ends the stop within the time that the test waits.
      let server = try stack.anotherServer(
        "usa1",
        environment: ["KEEPALIVE_TIMEOUT": "3600s", "SHUTDOWN_TIMEOUT": "3600s"]
      )
      try await server.start()
      let connections = try await together(5) { try await TCPClient.open(port: server.port) }
      #expect(try await server.client.get("/healthz").status == 200)
      #expect(try await server.process.terminate(within: .seconds(120)) == .exit(0))
      for connection in connections { try? await connection.close() }
    }
  }
}

extension TestStack {
  /// Has requests wait in the home region's database while the body runs, which has to release them; returns their
  /// statuses, 0 for one that was not answered.
  fileprivate func whileRequestsWait(
    _ landing: Landing,
    _ body: (_ release: () async throws -> Void) async throws -> Void
  ) async throws -> [Int] {
    let (database, client) = (try database(landing.home), try client(landing.at))
    // No more than the server has connections for transactions.
    let count = 5
    let token = try await enterPassword(try await signUp(home: landing.home), via: landing.at)
    let wrong: JSON = ["tfa_token": .string(token), "tfa_code": "000000"]
    // The second step locks the account.
    let lock = try await database.hold("hub_users")
    async let answers = together(count) { (try? await client.post("/hub/tfa", wrong).status) ?? 0 }
    try await eventually("the requests wait") { try await database.waitingForLocks() == count }
    try await body { await lock.close() }
    return try await answers
  }
}

extension StackServer {
  fileprivate func refuses() async -> Bool {
    do {
      try await TCPClient.open(port: port).close()
      return false
    } catch {
      return true
    }
  }
}
