import TestSupport
import Testing

/// Two servers of a test's own with settings of its choice, on the databases of the shared stack: one of `usa1`, where
/// `person` is at home, and one of `ind1`, which reaches it over a hop.
struct OwnServers: Sendable {
  let home: StackServer
  let landing: StackServer
  let person: Person

  /// Runs them for the time of the body. Both must end with exit code 0 afterwards, if the body has not ended them.
  static func with<Result: Sendable>(
    _ environment: [String: String],
    prefix: [String] = [],
    _ body: (OwnServers) async throws -> Result
  ) async throws -> Result {
    let stack = try await TestStack.shared
    let home = try stack.anotherServer("usa1", environment: environment, prefix: prefix)
    let endpoint = ["INTERNAL_ENDPOINT_USA1": "http://127.0.0.1:\(home.port)"]
    let landing = try stack.anotherServer(
      "ind1",
      environment: environment.merging(endpoint) { $1 },
      prefix: prefix
    )
    for server in [home, landing] {
      try await server.start()
      try await server.waitUntilReady()
    }
    let servers = OwnServers(home: home, landing: landing, person: try await stack.signUp(home: "usa1"))
    do {
      let result = try await body(servers)
      for server in [landing, home] {
        #expect(try await server.process.terminate(within: .seconds(60)) == .exit(0))
      }
      return result
    } catch {
      let logs = [landing, home].map {
        "--- \($0.name)\n\($0.log.suffix(20).map(\.text).joined(separator: "\n"))"
      }
      for server in [landing, home] { try? await server.process.kill() }
      throw TestFailure("\(error)\n\(logs.joined(separator: "\n"))")
    }
  }

  /// The server that a request goes to.
  func server(_ path: RequestPath) -> StackServer { path == .direct ? home : landing }

  /// The head of a request of the person's that is answered 200 if `body` follows it.
  func head(_ length: String, id: String = Visitor.unheardOfID()) -> String {
    "POST /hub/set-language HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(person.session)\r\n"
      + "X-Request-ID: \(id)\r\nContent-Type: application/json\r\n\(length)\r\n\r\n"
  }

  static let body = #"{"language":"de-DE"}"#

  var request: String {
    "GET /hub/myinfo HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(person.session)\r\n\r\n"
  }
}

struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// How a client says how long its request's body is, and what it sends of it for a start.
enum SlowBody: String, CaseIterable, Sendable {
  case small
  case large
  case chunked

  private static let size = 100_000

  var length: String { self == .chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(whole)" }
  private var whole: Int { self == .small ? 1000 : Self.size }

  /// The head is to be followed by this. What is left is blanks, which mean nothing in JSON.
  var start: String {
    self == .chunked ? "\(String(Self.size, radix: 16))\r\n\(OwnServers.body)" : OwnServers.body
  }

  var rest: String {
    let blanks = String(
      repeating: " ",
      count: (self == .chunked ? Self.size : whole) - OwnServers.body.utf8.count
    )
    return self == .chunked ? "\(blanks)\r\n0\r\n\r\n" : blanks
  }
}

extension TCPClient {
  /// Sends a byte now and then until a response comes.
  func trickle(_ text: String = " ", every pause: Duration = .milliseconds(200)) async throws -> HTTPAnswer? {
    while true {
      do {
        return try await answer(within: pause)
      } catch is NotInTime {
        try Task.checkCancellation()
        sendLater(text)
      }
    }
  }

  /// Has requests answered of whose responses it takes nothing, until the server can write no more.
  static func stuck(at server: StackServer, _ request: String) async throws -> TCPClient {
    let connection = try await TCPClient.open(port: server.port, takesNothing: true)
    connection.sendLater(String(repeating: request, count: 1000))
    try await eventually("responses that nobody takes") {
      KnownConnection.serverEnd(of: connection, to: server).map { $0.unsent > 4096 } ?? false
    }
    return connection
  }
}
