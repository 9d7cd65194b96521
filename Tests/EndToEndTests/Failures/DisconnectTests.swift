import FoundationEssentials
import PostgresClient
import TestSupport
import Testing

extension Failures {
  /// Clients that go away in the middle.
  @Suite struct DisconnectTests {
    private static let atOnce = 20

    @Test(arguments: Landing.toUSA1, [false, true])
    func inTheMiddleOfAnUpload(_ landing: Landing, isChunked: Bool) async throws {
      let stack = try await Failures.stack
      let session = try await stack.signUp(home: landing.home).session
      let length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 1000000"
      let start = String(repeating: "x", count: 100_000)
      try await stack.expectNoLeak {
        // One endpoint needs the body to find the home; the other never looks at it.
        let requests = [
          "/hub/login HTTP/1.1\r\nHost: test",
          "/hub/logout HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer USA1-\(String(repeating: "0", count: 64))",
        ]
        for request in requests + requests + requests {
          _ = try await together(Self.atOnce) {
            let connection = try await TCPClient.open(port: stack.server(landing.at).port)
            try await connection.send(
              "POST \(request)\r\n\(length)\r\n\r\n\(isChunked ? "f4240\r\n" : "")\(start)"
            )
            try await connection.close()
          }
        }
      }
      #expect(try await stack.client(landing.at).get("/hub/myinfo", session: session).status == 200)
    }

    @Test(arguments: Landing.toUSA1)
    func whileTheAnswerIsOnItsWay(_ landing: Landing) async throws {
      let stack = try await Failures.stack
      let person = try await stack.signUp(home: landing.home)
      let session = person.session
      let database = try stack.database(landing.home)
      let token = try await stack.enterPassword(person, via: landing.at)
      let body = #"{"tfa_token":"\#(token)","tfa_code":"000000"}"#
      try await stack.expectNoLeak {
        // The second step locks the account.
        let lock = try await database.hold("hub_users")
        let connections = try await together(5) {
          let connection = try await TCPClient.open(port: stack.server(landing.at).port)
          try await connection.send(
            "POST /hub/tfa HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
          )
          return connection
        }
        try await eventually("the requests wait") { try await database.waitingForLocks() == 5 }
        for connection in connections { try await connection.close() }
        await lock.close()
      }
      #expect(try await stack.client(landing.at).get("/hub/myinfo", session: session).status == 200)
    }
  }
}

extension Landing {
  fileprivate static let toUSA1 = [Landing(at: "usa1", home: "usa1"), Landing(at: "ind1", home: "usa1")]
}

extension TestStack {
  /// Expects the servers to have no more sockets open some time after the body than before it, but for those that pools
  /// keep for a next request: no more than there were requests at once.
  fileprivate func expectNoLeak(_ body: () async throws -> Void) async throws {
    let processes = try regions.map { try server($0).process }
    let before = processes.map(\.socketCount)
    try await body()
    let tolerance = 24
    try await eventually("the sockets are closed") {
      zip(before, processes).allSatisfy { before, process in process.socketCount <= before + tolerance }
    }
  }
}

extension TestProcess {
  /// How many sockets it has open; proc(5).
  fileprivate var socketCount: Int {
    let directory = "/proc/\(pid)/fd/"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.count {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: directory + $0))?.hasPrefix("socket:")
        == true
    }
  }
}
