import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// More connections than anybody needs: whoever sends proper requests is served all the same, and nothing is left
/// behind.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CrowdTests {
  /// What pools of connections to databases and other regions may have opened or closed meanwhile.
  private static let tolerance = 24

  /// Requests on connections of their own, at home and across a hop.
  private static func expectService(_ servers: OwnServers, _ times: Int = 10) async throws {
    for path in [RequestPath.direct, .hop] {
      for _ in 1...times {
        let connection = try await TCPClient.open(port: servers.server(path).port)
        try await connection.send(servers.request)
        #expect(try await connection.answer()?.status == 200, "by \(path)")
        try? await connection.close()
      }
    }
  }

  /// Waits until a server has closed what its clients have. Pools keep idle connections for a minute.
  private static func expectDescriptors(of process: TestProcess, atMost limit: Int) async throws {
    do {
      try await eventually(within: .seconds(90), "all are closed") { process.descriptorCount <= limit }
    } catch {
      Issue.record("\(process.descriptorCount) descriptors are open, expected \(limit) at most")
      throw error
    }
  }

  private static func open(
    _ count: Int,
    _ work: @escaping @Sendable () async throws -> TCPClient
  ) async throws -> [TCPClient] {
    let atOnce = 100
    var connections: [TCPClient] = []
    while connections.count < count {
      connections += try await together(min(atOnce, count - connections.count), work)
    }
    return connections
  }

  private static let request = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"

  /// Connections that have carried a request and wait for the next one.
  private static func openIdle(_ count: Int, at server: StackServer) async throws -> [TCPClient] {
    try await open(count) {
      let connection = try await TCPClient.open(port: server.port)
      try await connection.send(request)
      #expect(try await connection.answer()?.status == 200)
      return connection
    }
  }

  /// Connections that send something; the server may close them while they do.
  private static func open(_ count: Int, at server: StackServer, sending text: String) async throws
    -> [TCPClient]
  {
    try await open(count) {
      let connection = try await TCPClient.open(port: server.port)
      connection.sendLater(text)
      return connection
    }
  }

  /// Connections with a request whose body a handler, or a hop, is waiting for.
  private static func openBusy(_ count: Int, _ body: SlowBody, _ servers: OwnServers, _ path: RequestPath)
    async throws -> [TCPClient]
  {
    try await open(count) {
      let connection = try await TCPClient.open(port: servers.server(path).port)
      try await connection.send(servers.head("\(body.length)\r\nExpect: 100-continue"))
      #expect(try await connection.answer()?.status == 100)
      return connection
    }
  }

  private static func close(_ connections: [TCPClient]) async {
    for connection in connections { try? await connection.close() }
  }

  @Test func tenThousandIdleConnectionsAndTwoThousandSlowHeads() async throws {
    let (idle, slow) = (10_000, 2000)
    try #require(
      Self.raiseDescriptorLimit(to: idle + slow + 2000),
      "this process may not open so many sockets"
    )
    let settings = ["REQUEST_TIMEOUT": "600s", "REQUEST_MIN_RATE": "0", "KEEPALIVE_TIMEOUT": "600s"]
    try await OwnServers.with(settings) { servers in
      try await Self.expectService(servers)
      let process = try servers.landing.process
      let before = process.descriptorCount
      let idleOnes = try await Self.openIdle(idle, at: servers.landing)
      try await Self.expectService(servers)
      let slowOnes = try await Self.open(slow, at: servers.landing, sending: "GET /healthz HTT")
      try await eventually("they are there") {
        process.descriptorCount >= before + idle + slow - Self.tolerance
      }
      try await Self.expectService(servers)
      // None was closed to make room: there is enough.
      #expect((idleOnes + slowOnes).allSatisfy { !$0.isClosed })
      for connection in [idleOnes.first, idleOnes.last] {
        try await connection?.send(Self.request)
        #expect(try await connection?.answer()?.status == 200)
      }
      for connection in [slowOnes.first, slowOnes.last] {
        try await connection?.send("P/1.1\r\nHost: h\r\n\r\n")
        #expect(try await connection?.answer()?.status == 200)
      }
      await Self.close(idleOnes + slowOnes)
      try await Self.expectDescriptors(of: process, atMost: before + Self.tolerance)
      try await Self.expectService(servers)
    }
  }

  /// With few file descriptors the connections that have waited for longest make room.
  @Test func idleConnectionsMakeRoom() async throws {
    let settings = ["REQUEST_TIMEOUT": "600s", "REQUEST_MIN_RATE": "0", "KEEPALIVE_TIMEOUT": "600s"]
    try await OwnServers.with(settings, prefix: ["prlimit", "--nofile=256:256"]) { servers in
      try await Self.expectService(servers)
      let process = try servers.landing.process
      let before = process.descriptorCount
      // Busy ones are not closed.
      let body = SlowBody.large
      let busy = try await Self.openBusy(20, body, servers, .hop)
      var idle: [TCPClient] = []
      for number in 1...10 {
        let text = number.isMultiple(of: 2) ? Self.request : "GET /healthz HTT"
        idle += try await Self.open(100, at: servers.landing, sending: text)
        try await Self.expectService(servers, 1)
      }
      try await eventually("most have made room") { idle.count(where: \.isClosed) > 800 }
      #expect(busy.allSatisfy { !$0.isClosed })
      for connection in busy { connection.sendLater(body.start + body.rest) }
      for connection in busy { #expect(try await connection.answer()?.status == 200) }
      await Self.close(idle + busy)
      try await Self.expectDescriptors(of: process, atMost: before + Self.tolerance)
      try await Self.expectService(servers)
    }
  }

  @Test func theSoftLimitOfFileDescriptorsIsRaisedToTheHardOne() async throws {
    try await OwnServers.with([:], prefix: ["prlimit", "--nofile=128:640"]) { servers in
      for server in [servers.home, servers.landing] {
        let limits = try String(contentsOfFile: "/proc/\(try server.process.pid)/limits", encoding: .utf8)
        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") } ?? ""
        #expect(line.split(separator: " ").dropFirst(3).prefix(2) == ["640", "640"], "\(limits)")
      }
    }
  }

  /// When busy connections have taken all file descriptors, others wait: the server neither fails nor spins, and goes
  /// on afterwards.
  @Test func theEndOfFileDescriptors() async throws {
    let settings = ["REQUEST_TIMEOUT": "600s", "REQUEST_MIN_RATE": "0", "KEEPALIVE_TIMEOUT": "600s"]
    let limit = 256
    try await OwnServers.with(settings, prefix: ["prlimit", "--nofile=\(limit):\(limit)"]) { servers in
      try await Self.expectService(servers)
      let process = try servers.home.process
      let before = process.descriptorCount
      let (body, beginning) = (SlowBody.small, ContinuousClock.now)
      var busy = try await Self.openBusy(150, body, servers, .direct)
      // From here on one after the other: of connections that wait for a request the server closes some.
      @Sendable func isRefusal(_ line: LogLine) -> Bool { line.message == "connections cannot be accepted" }
      while process.log.lines(where: isRefusal).isEmpty {
        try #require(busy.count < limit)
        let connection = try await TCPClient.open(port: servers.home.port)
        connection.sendLater(servers.head("\(body.length)\r\nExpect: 100-continue"))
        try await eventually("it is busy, or there is no room for it") {
          !connection.rest.isEmpty || connection.isClosed || !process.log.lines(where: isRefusal).isEmpty
        }
        guard !connection.rest.isEmpty, try await connection.answer() != nil else { break }
        busy.append(connection)
      }
      #expect(await process.log.first(where: isRefusal)?["level"] == "warn")

      // Nobody else gets in, and the server waits without working for it.
      let (start, ticks) = (ContinuousClock.now, process.processorTicks)
      let outsider = try await TCPClient.open(port: servers.home.port)
      outsider.sendLater(servers.request)
      await #expect(throws: TCPClient.NotInTime.self) {
        _ = try await busy[0].answer(within: .seconds(4))
      }
      let seconds = start.duration(to: .now) / .seconds(1)
      // In hundredths of a second; a loop that tries again and again takes a hundred each second.
      #expect(Double(process.processorTicks - ticks) < 30 * seconds)
      #expect(outsider.rest.isEmpty)

      // Those that are busy are as well as ever, and others follow them.
      #expect(busy.allSatisfy { !$0.isClosed })
      for connection in busy { try await connection.send(body.start + body.rest) }
      for connection in busy { #expect(try await connection.answer()?.status == 200) }
      await Self.close(busy + [outsider])
      try await Self.expectService(servers)
      // One line a minute.
      let minutes = Int(beginning.duration(to: .now) / .seconds(60))
      #expect((1...1 + minutes).contains(process.log.lines(where: isRefusal).count))
      try await Self.expectDescriptors(of: process, atMost: before + Self.tolerance)
      try await Self.expectService(servers)
    }
  }

  /// Of this process and of those that it starts: the soft limit, and the hard one where it may.
  private static func raiseDescriptorLimit(to count: Int) -> Bool {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return false }
    // The server keeps a part of its own for other things than clients.
    let wanted = rlim_t(count + 4000)
    if limit.rlim_cur >= wanted { return true }
    limit.rlim_cur = wanted
    limit.rlim_max = max(limit.rlim_max, wanted)
    return setrlimit(resource, &limit) == 0
  }
}
