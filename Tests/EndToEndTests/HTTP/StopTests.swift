import Glibc
import TestSupport
import Testing

/// SIGTERM ends a service within SHUTDOWN_TIMEOUT and with exit code 0, whatever its clients do. Longer than that the
/// program does not wait for itself: it would end with another code.
@Suite(.timeLimit(.minutes(5))) struct StopTests {
  /// Clients would be waited for much longer than a stop may take.
  private static let patient = [
    "SHUTDOWN_TIMEOUT": "4s", "REQUEST_TIMEOUT": "600s", "REQUEST_MIN_RATE": "0", "KEEPALIVE_TIMEOUT": "600s",
  ]

  /// Connections that no server can end in good order. What trickles goes on doing so until it is closed.
  private static func obstinateClients(_ server: StackServer, slow: [String], endless: [String]) async throws
    -> [TCPClient]
  {
    var connections: [TCPClient] = []
    for sent in ["", "GET / HT", "GET /healthz HTTP/1.1\r\nHost: h\r\nX: "] + slow {
      for isTrickling in [false, true] {
        let connection = try await TCPClient.open(port: server.port)
        try await connection.send(sent)
        if isTrickling, !sent.isEmpty { Task { try await connection.trickle() } }
        connections.append(connection)
      }
    }
    for request in endless {
      connections.append(try await TCPClient.stuck(at: server, request))
    }
    for _ in 1...5 {
      let idle = try await TCPClient.open(port: server.port)
      try await idle.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try await idle.answer()?.status == 200)
      connections.append(idle)
    }
    return connections
  }

  private static func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n" }

  private static func expectGoodEnd(_ server: StackServer, _ connections: [TCPClient]) async throws {
    let process = try server.process
    #expect(try await process.terminate(within: .seconds(60)) == .exit(0), "\(process.log.tail)")
    #expect(process.log.lines.last?.message == "stopped", "\(process.log.tail)")
    for connection in connections { try? await connection.close() }
  }

  /// The server that is stopped, and the one through which its clients come.
  @Test(arguments: [(RequestPath.direct, "home"), (.hop, "landing"), (.hop, "home")])
  func anAPIServer(_ path: RequestPath, _ stopped: String) async throws {
    try await OwnServers.with(Self.patient) { servers in
      let slow =
        SlowBody.allCases.map { servers.head($0.length) + $0.start }
        + [servers.head("Content-Length: 10\r\nExpect: 100-continue")]
      let connections = try await Self.obstinateClients(
        servers.server(path),
        slow: slow,
        endless: [servers.request, Self.get("/metrics")]
      )
      try await Self.expectGoodEnd(stopped == "home" ? servers.home : servers.landing, connections)
    }
  }

  @Test func theGlobalService() async throws {
    let server = try await TestStack.shared.anotherGlobalService(environment: Self.patient)
    try await server.start()
    try await server.waitUntilReady()
    let login = "POST /admin/login HTTP/1.1\r\nHost: h\r\n"
    let connections = try await Self.obstinateClients(
      server,
      slow: ["\(login)Content-Length: 100\r\n\r\n{", "\(login)Transfer-Encoding: chunked\r\n\r\nff\r\n{"],
      endless: [Self.get("/metrics"), Self.get("/admin/myinfo")]
    )
    try await Self.expectGoodEnd(server, connections)
  }

  /// A terminal that is closed sends SIGHUP.
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func everySignalToStopDoesSo(signal: Int32) async throws {
    let server = try await TestStack.shared.anotherGlobalService(environment: Self.patient)
    try await server.start()
    let process = try server.process
    process.signal(signal)
    #expect(try await process.waitForEnd() == .exit(0), "\(process.log.tail)")
    #expect(process.log.lines.last?.message == "stopped")
  }

  /// Standard output is a pipe that is full, or one whose other end is closed. Its database is away, which it logs.
  @Test(arguments: [true, false]) func aServiceWhoseLogNobodyReads(isOpen: Bool) async throws {
    let port = try FreePort.find()
    let process = try await TestProcess.start(
      ["/usr/bin/python3", "-c", Self.withUnreadOutput, "\(isOpen)", Programs.path(of: "global-service")],
      name: "global-service",
      environment: [
        "GLOBAL_DB_CONN": "postgres://nobody@127.0.0.1:1/nothing", "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": "\(port)",
        "LOG_LEVEL": "debug", "SHUTDOWN_TIMEOUT": "4s",
      ]
    )
    let client = APIClient(baseURL: "http://127.0.0.1:\(port)")
    try await eventually(within: .seconds(20), "it serves") {
      (try? await client.get("/livez"))?.status == 200
    }
    for _ in 1...50 { #expect(try await client.get("/livez").status == 200) }
    #expect(try await process.terminate(within: .seconds(60)) == .exit(0))
  }

  /// Replaces itself by a program whose standard output is a pipe with no room or no reader.
  private static let withUnreadOutput = """
    import fcntl, os, sys
    reader, writer = os.pipe()
    os.set_inheritable(reader, True)
    os.dup2(writer, 1)
    if sys.argv[1] == "true":
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writer, b"x" * 4096)
    else:
        os.close(reader)
    os.execv(sys.argv[2], sys.argv[2:])
    """

  @Test func aWorkerWithAStuckScraper() async throws {
    let workers = try await ReplicaSet.make(
      .region("ind1"),
      count: 1,
      smtpPort: UInt16(FreePort.find()),
      environment: Self.patient
    )
    try await workers.whileRunning {
      let worker = workers.replicas[0]
      try await worker.waitUntilReady()
      let connections = try await Self.obstinateClients(worker, slow: [], endless: [Self.get("/metrics")])
      try await Self.expectGoodEnd(worker, connections)
    }
  }

  /// A request that is under way when the stop begins is answered, and its response says that it is the last. A body
  /// that arrives keeps no other region's server from stopping: it is read before the hop.
  @Test(arguments: [RequestPath.direct, .hop], SlowBody.allCases)
  func aResponseDuringAStop(_ path: RequestPath, _ body: SlowBody) async throws {
    let settings = Self.patient.merging(["SHUTDOWN_TIMEOUT": "60s"]) { $1 }
    try await OwnServers.with(settings) { servers in
      let stopped = servers.server(path)
      let connection = try await TCPClient.open(port: stopped.port)
      try await connection.send(servers.head(body.length) + body.start)
      try await eventually("the request is under way") {
        try await stopped.client.get("/metrics").status == 200
      }
      stopped.processSignal(SIGTERM)
      try await eventually("no more connections are accepted") {
        (try? await TCPClient.open(port: stopped.port).close()) == nil
      }
      try await connection.send(body.rest)
      let answer = try #require(try await connection.answer(), "no response")
      #expect(answer.status == 200, "\(answer)")
      #expect(answer.isLast, "\(answer)")
      #expect(try await stopped.process.waitForEnd(within: .seconds(60)) == .exit(0))
      try? await connection.close()
    }
  }
}

extension StackServer {
  fileprivate func processSignal(_ signal: Int32) { (try? process)?.signal(signal) }
}
