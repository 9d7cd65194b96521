import TestSupport
import Testing

/// How a request gets to the server of the region that `Visitor` is at home in.
enum RequestPath: String, CaseIterable, Sendable {
  /// Client → home.
  case direct
  /// Client → another region's server → home.
  case hop
  /// Client → nginx → another region's server → home.
  case balancer
}

/// Two people at home in `usa1`, and the ways to get there. Everybody's servers are the shared stack's.
struct Visitor: Sendable {
  let stack: TestStack
  let balancer: LoadBalancer
  let person: Person
  /// Somebody whose responses must reach nobody else.
  let other: Person

  static let home = "usa1"
  static let landing = "ind1"

  private static let start = Task {
    let stack = try await TestStack.shared
    return Visitor(
      stack: stack,
      balancer: try await LoadBalancer.start(
        apiServers: [stack.server(landing).port],
        globalService: stack.globalService.port
      ),
      person: try await stack.signUp(home: home),
      other: try await stack.signUp(home: home)
    )
  }
  static var shared: Visitor { get async throws { try await start.value } }

  func port(_ path: RequestPath) throws -> Int {
    switch path {
    case .direct: try stack.server(Self.home).port
    case .hop: try stack.server(Self.landing).port
    case .balancer: balancer.port
    }
  }

  /// A request id that no other request has.
  static func unheardOfID(_ prefix: String = "raw") -> String {
    "\(prefix)-\(UInt64.random(in: .min ... .max))"
  }

  /// What a request needs to be answered 200, as header lines.
  func fields(id: String, of person: Person? = nil) -> String {
    "Authorization: Bearer \((person ?? self.person).session)\r\nX-Request-ID: \(id)\r\n"
  }

  /// A plain request that is answered 200.
  func request(id: String, of person: Person? = nil) -> String {
    "GET /hub/myinfo HTTP/1.1\r\nHost: test\r\n\(fields(id: id, of: person))\r\n"
  }

  /// The requests that any of the regions' servers says it answered, once all have written what they had to write.
  func answeredRequests() async throws -> [(id: String, status: Int)] {
    for region in stack.regions {
      let id = Self.unheardOfID("marker")
      _ = try await stack.client(region).get("/nothing", headers: [("X-Request-ID", id)])
      let line = try await stack.server(region).process.log.first { $0["request_id"] == id }
      try #require(line != nil)
    }
    return try stack.regions.flatMap { region in
      try stack.server(region).log.compactMap { line in
        guard line.message == "request", let id = line["request_id"], let status = line.members["status"].int
        else { return nil }
        return (id, status)
      }
    }
  }
}
