import Glibc
import TestSupport
import Testing

/// What SHUTDOWN_DELAY is for: load balancers notice that a server stops before it does.
@Suite(.timeLimit(.minutes(5))) struct DrainTests {
  private static let get = "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test func aServerThatIsToldToStopServesOnAndSaysSo() async throws {
    let server = try await TestStack.shared.anotherServer("ind1", environment: ["SHUTDOWN_DELAY": "8s"])
    try await server.start()
    try await server.waitUntilReady()
    let kept = try await TCPClient.open(port: server.port)
    try await kept.send(Self.get)
    let first = try #require(try await kept.answer())
    #expect(first.status == 200 && !first.isLast)

    let process = try server.process
    process.signal(SIGTERM)
    try await eventually("it says that it is not ready") {
      try await server.client.get("/readyz").status == 503
    }
    #expect(try await server.client.get("/readyz").json["status"] == "draining")
    // Connections are still accepted, and those that wait are served once more.
    for connection in [kept, try await TCPClient.open(port: server.port)] {
      try await connection.send(Self.get)
      let answer = try #require(try await connection.answer(), "no response")
      #expect(answer.status == 200 && answer.isLast, "\(answer)")
    }
    #expect(process.log.lines.contains { $0.message == "draining" })
    #expect(try await process.waitForEnd(within: .seconds(60)) == .exit(0))
  }

  /// Linux resets connections that it has established and that nobody has accepted when the socket closes. A client
  /// that has connected must get its response; one that has not can go elsewhere.
  @Test func whoeverHasConnectedIsAnswered() async throws {
    let server = try await TestStack.shared.anotherServer("ind1", environment: ["SHUTDOWN_DELAY": "1s"])
    try await server.start()
    let process = try server.process
    let answered = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 1...16 {
        group.addTask {
          var answered = 0
          while let connection = try? await TCPClient.open(port: server.port) {
            try await connection.send(Self.get)
            let answer = try #require(try await connection.answer(), "a connection was reset")
            #expect(answer.status == 200)
            answered += 1
            try? await connection.close()
          }
          return answered
        }
      }
      process.signal(SIGTERM)
      return try await group.reduce(0, +)
    }
    #expect(answered >= 16)
    #expect(try await process.waitForEnd(within: .seconds(60)) == .exit(0))
  }

  @Test func theProgramAsksItself() async throws {
    let stack = try await TestStack.shared
    for server in [try stack.server("ind1"), stack.globalService] {
      #expect(try await server.run("--health").end == .exit(0))
      #expect(try await server.run("--ready").end == .exit(0))
    }
    let absent = try stack.anotherServer("ind1")
    let (end, text) = try await absent.run("--health")
    #expect(
      end == .exit(1) && text.contains("/livez: no reply at http://127.0.0.1:\(absent.port)"),
      "\(text)"
    )
  }
}

/// Two API servers in each region, as one has to have them; each is restarted in turn while nginx passes requests on.
@Suite(.timeLimit(.minutes(5))) struct RollingUpdateTests {
  @Test func noRequestIsLost() async throws {
    let stack = try await TestStack.shared
    let servers = try await Self.startServers(stack)
    let balancer = try await LoadBalancer.start(
      apiServers: servers.map(\.port),
      globalService: stack.globalService.port
    )
    // One at home in each region: two requests of three go over a hop.
    var sessions: [String] = []
    for region in stack.regions { sessions.append(try await stack.signUp(home: region).session) }
    try await withThrowingTaskGroup(of: (sent: Int, failures: [String]).self) { group in
      for number in 0..<12 {
        let session = sessions[number % sessions.count]
        group.addTask { try await Self.load(balancer.client, session) }
      }
      for server in servers {
        #expect(try await server.process.terminate(within: .seconds(60)) == .exit(0))
        try await server.start()
        try await server.waitUntilReady()
      }
      group.cancelAll()
      let results = try await group.reduce(into: []) { $0.append($1) }
      let failures = results.flatMap(\.failures)
      #expect(failures.isEmpty, "\(failures.count) failed, such as \(failures.first ?? "")")
      #expect(results.allSatisfy { $0.sent > 10 }, "\(results.map(\.sent))")
    }
    for server in servers { try await server.process.kill() }
  }

  private static func startServers(_ stack: TestStack) async throws -> [StackServer] {
    let ports = try stack.regions.reduce(into: [String: [Int]]()) {
      $0[$1] = [try FreePort.find(), try FreePort.find()]
    }
    var environment = ["SHUTDOWN_DELAY": "5s"]
    for (region, ports) in ports {
      environment["INTERNAL_ENDPOINT_\(region.uppercased())"] = ports.map { "http://127.0.0.1:\($0)" }
        .joined(separator: ",")
    }
    let servers = try stack.regions.flatMap { region in
      try (ports[region] ?? []).map { try stack.anotherServer(region, port: $0, environment: environment) }
    }
    for server in servers {
      try await server.start()
      try await server.waitUntilReady()
    }
    return servers
  }

  /// Sends one request after the other until the task is cancelled.
  ///
  /// Both kinds: nginx, and the hop, may send a GET again, but never a POST that they have begun to send.
  private static func load(_ client: APIClient, _ session: String) async throws -> (
    sent: Int, failures: [String]
  ) {
    var failures: [String] = []
    var sent = 0
    while true {
      for isRead in [true, false] {
        let outcome: Result<HTTPAnswer, any Error>
        do {
          outcome = .success(
            try await isRead
              ? client.get("/hub/myinfo", session: session)
              : client.post("/hub/set-language", ["language": "de-DE"], session: session)
          )
        } catch {
          outcome = .failure(error)
        }
        if Task.isCancelled { return (sent, failures) }
        sent += 1
        if (try? outcome.get().status) != 200 { failures.append("\(outcome)") }
      }
    }
  }
}
