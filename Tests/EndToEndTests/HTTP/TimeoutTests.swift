import TestSupport
import Testing

/// Nothing waits for ever for a client: REQUEST_TIMEOUT, REQUEST_MIN_RATE and KEEPALIVE_TIMEOUT, at home and across a
/// hop.
@Suite(.timeLimit(.minutes(5))) struct TimeoutTests {
  private static let short = ["REQUEST_TIMEOUT": "2s", "REQUEST_MIN_RATE": "0", "KEEPALIVE_TIMEOUT": "600s"]
  private static let paths = [RequestPath.direct, .hop]

  private static func expectTimeout(_ answer: HTTPAnswer?, on connection: TCPClient, _ name: String)
    async throws
  {
    let answer = try #require(answer, "\(name): no response")
    answer.expectProblem(408, "request-timeout")
    #expect(answer.isLast, "\(name): \(answer)")
    #expect(try await connection.waitForClose().isEmpty, "\(name)")
  }

  @Test func slowRequests() async throws {
    try await OwnServers.with(Self.short) { servers in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for path in Self.paths {
          let server = servers.server(path)
          for isTrickling in [false, true] {
            group.addTask {
              let connection = try await TCPClient.open(port: server.port)
              try await connection.send("GET /hub/myinfo HTTP/1.1\r\nHost: h\r\nX-Slow: ")
              let answer = try await isTrickling ? connection.trickle("x") : connection.answer()
              try await Self.expectTimeout(answer, on: connection, "head, trickling: \(isTrickling)")
            }
            for body in SlowBody.allCases {
              group.addTask {
                let connection = try await TCPClient.open(port: server.port)
                try await connection.send(servers.head(body.length) + body.start)
                let answer = try await isTrickling ? connection.trickle() : connection.answer()
                let name = "\(body) body by \(path), trickling: \(isTrickling)"
                try await Self.expectTimeout(answer, on: connection, name)
              }
            }
          }
        }
        try await group.waitForAll()
      }
      // A connection that never carried a request just ends.
      let silent = try await TCPClient.open(port: servers.home.port)
      #expect(try await silent.waitForClose().isEmpty)
      for path in Self.paths {
        let client = servers.server(path).client
        #expect(try await client.get("/hub/myinfo", session: servers.person.session).status == 200)
      }
    }
  }

  @Test(arguments: paths) func aClientThatTakesNothing(_ path: RequestPath) async throws {
    // Long enough that the stuck connection is seen before the server lets go of it, also on a busy machine.
    let settings = Self.short.merging(["REQUEST_TIMEOUT": "10s"]) { $1 }
    try await OwnServers.with(settings) { servers in
      let server = servers.server(path)
      let connection = try await TCPClient.stuck(at: server, servers.request)
      try await eventually("the server lets go of the connection") {
        KnownConnection.serverEnd(of: connection, to: server)?.isHeld != true
      }
      #expect(try await server.client.get("/hub/myinfo", session: servers.person.session).status == 200)
      try? await connection.close()
    }
  }

  /// Below the rate after ten seconds, long before REQUEST_TIMEOUT; and above it.
  @Test func theRateOfARequest() async throws {
    let rate = 100
    let settings = ["REQUEST_TIMEOUT": "600s", "REQUEST_MIN_RATE": "\(rate)", "KEEPALIVE_TIMEOUT": "600s"]
    try await OwnServers.with(settings) { servers in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for path in Self.paths {
          let port = servers.server(path).port
          for body in SlowBody.allCases {
            group.addTask {
              let start = ContinuousClock.now
              let connection = try await TCPClient.open(port: port)
              try await connection.send(servers.head(body.length) + body.start)
              try await Self.expectTimeout(
                try await connection.trickle(),
                on: connection,
                "\(body) by \(path)"
              )
              // Its grace.
              #expect(start.duration(to: .now) >= .seconds(10))
            }
          }
          group.addTask {
            let (start, body) = (ContinuousClock.now, SlowBody.large)
            let connection = try await TCPClient.open(port: port)
            try await connection.send(servers.head(body.length) + body.start)
            var rest = Substring(body.rest)
            // Ten times as fast as it must be, however late this task gets its turn.
            while start.duration(to: .now) < .seconds(12) {
              let due = Int(start.duration(to: .now) / .milliseconds(1)) * rate / 100
              let sent = body.rest.utf8.count - rest.utf8.count
              let piece = rest.prefix(max(0, due - sent))
              rest = rest.dropFirst(piece.count)
              try await connection.send(String(piece))
              await #expect(throws: TCPClient.NotInTime.self) {
                _ = try await connection.answer(within: .milliseconds(100))
              }
            }
            try await connection.send(String(rest))
            #expect(try await connection.answer()?.status == 200, "by \(path)")
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func idleConnections() async throws {
    let timeout = Duration.seconds(2)
    let settings = ["KEEPALIVE_TIMEOUT": "2s", "REQUEST_TIMEOUT": "600s"]
    try await OwnServers.with(settings) { servers in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for path in Self.paths {
          let port = servers.server(path).port
          group.addTask {
            let connection = try await TCPClient.open(port: port)
            let start = ContinuousClock.now
            try await connection.send(servers.request)
            #expect(try await connection.answer()?.status == 200)
            #expect(try await connection.waitForClose().isEmpty)
            #expect(start.duration(to: .now) >= timeout)
          }
          // Used now and then, it lives longer than it may idle.
          group.addTask {
            let connection = try await TCPClient.open(port: port)
            let start = ContinuousClock.now
            var last = start
            while start.duration(to: .now) < timeout * 2 {
              try await connection.send(servers.request)
              guard let answer = try await connection.answer() else {
                #expect(last.duration(to: .now) >= timeout, "closed while it was in use")
                return
              }
              #expect(answer.status == 200)
              last = .now
              _ = try? await connection.answer(within: timeout / 4)
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  /// A hop's connections are given up before the other region's server closes them: no request meets one that is going.
  @Test func noRequestMeetsAConnectionThatIsGoing() async throws {
    let settings = ["KEEPALIVE_TIMEOUT": "1s", "REQUEST_TIMEOUT": "600s"]
    try await OwnServers.with(settings) { servers in
      // Around the time after which the home closes, and around half of it, which is the hop's own.
      let pauses = [440, 480, 500, 520, 560, 750, 900, 960, 980, 1000, 1020, 1040, 1100, 1250].map {
        Duration.milliseconds($0)
      }
      for pause in pauses {
        for request in [
          servers.head("Content-Length: \(OwnServers.body.utf8.count)") + OwnServers.body, servers.request,
        ] {
          let connection = try await TCPClient.open(port: servers.landing.port)
          try await connection.send(request)
          let answer = try #require(try await connection.answer())
          #expect(answer.status == 200, "after \(pause): \(answer)")
          try await connection.close()
        }
        // Nobody announces that time has passed.
        try await Task.sleep(for: pause)
      }
    }
  }
}
