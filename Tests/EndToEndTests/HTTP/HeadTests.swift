import FoundationEssentials
import TestSupport
import Testing

/// RFC 9110 §9.3.2: HEAD wherever GET is, with its status and fields, no body, and the connection in step.
@Suite(.timeLimit(.minutes(5))) struct HeadTests {
  struct Resource: Sendable {
    let port: Int
    let target: String
    let session: String?
    let status: Int
  }

  private static func resources() async throws -> [Resource] {
    let visitor = try await Visitor.shared
    let stack = visitor.stack
    let administrator = try await stack.administrator()
    var resources: [Resource] = []
    for path in RequestPath.allCases {
      let port = try visitor.port(path)
      var sessions = [("/hub/myinfo", visitor.person.session)]
      for portal in TenantPortalName.allCases {
        let tenant = try await stack.tenant(portal, home: Visitor.home)
        sessions.append((portal.path("myinfo"), try await stack.colleague(tenant).session))
      }
      for (target, session) in sessions {
        resources.append(Resource(port: port, target: target, session: session, status: 200))
        resources.append(Resource(port: port, target: target + "?a=b", session: session, status: 200))
        let unknown = "USA1-" + String(repeating: "0", count: 64)
        resources.append(Resource(port: port, target: target, session: unknown, status: 401))
        resources.append(Resource(port: port, target: target, session: nil, status: 401))
      }
      resources.append(Resource(port: port, target: "/nothing", session: nil, status: 404))
      // Has POST only.
      resources.append(Resource(port: port, target: "/hub/login", session: nil, status: 405))
    }
    let services = try stack.regions.map { try stack.server($0).port } + [stack.globalService.port]
    for port in services {
      for target in ["/healthz", "/readyz", "/metrics"] {
        resources.append(Resource(port: port, target: target, session: nil, status: 200))
      }
    }
    for port in [stack.globalService.port, visitor.balancer.port] {
      for (session, status) in [(administrator.session, 200), (nil, 401)] {
        resources.append(Resource(port: port, target: "/admin/myinfo", session: session, status: status))
      }
    }
    resources.append(Resource(port: visitor.balancer.port, target: "/health", session: nil, status: 200))
    return resources
  }

  @Test func headIsGetWithoutTheBody() async throws {
    for resource in try await Self.resources() {
      let connection = try await TCPClient.open(port: resource.port)
      func ask(_ method: String) -> String {
        let credentials = resource.session.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return "\(method) \(resource.target) HTTP/1.1\r\nHost: h\r\n\(credentials)X-Request-ID: same\r\n\r\n"
      }
      // All at once: a body behind the second response would be taken for the third.
      try await connection.send(ask("GET") + ask("HEAD") + ask("GET") + ask("HEAD"))
      var answers: [HTTPAnswer] = []
      for isHead in [false, true, false, true] {
        answers.append(try #require(try await connection.answer(toHead: isHead), "\(resource)"))
      }
      #expect(connection.rest.isEmpty, "\(resource)")
      #expect(answers.allSatisfy { $0.status == resource.status }, "\(resource): \(answers)")
      #expect(answers[0].body.count > 0 && answers[2].body.count > 0, "\(resource)")
      #expect(
        Self.fields(answers[0], resource) == Self.fields(answers[1], resource),
        "\(resource): \(answers)"
      )
      #expect(
        Self.fields(answers[2], resource) == Self.fields(answers[3], resource),
        "\(resource): \(answers)"
      )
      #expect(answers[1].only("Content-Length").flatMap { Int($0) } ?? 0 > 0, "\(resource): \(answers[1])")
      try await connection.close()
    }
  }

  /// Names and values; those that differ between any two responses count by their names.
  private static func fields(_ answer: HTTPAnswer, _ resource: Resource) -> [String] {
    // Their order means nothing (RFC 9110 §5.3).
    answer.headers.map { field in
      let name = field.name.lowercased()
      let varies = name == "date" || resource.target == "/metrics" && name == "content-length"
      return varies ? name : "\(name): \(field.value)"
    }.sorted()
  }

  /// A path without GET has no HEAD, and one with GET says that it has.
  @Test(arguments: [RequestPath.direct, .balancer]) func whatIsAllowed(_ path: RequestPath) async throws {
    let visitor = try await Visitor.shared
    let client = try APIClient(baseURL: "http://127.0.0.1:\(visitor.port(path))")
    for (target, allowed) in [("/hub/myinfo", "GET, HEAD, OPTIONS"), ("/hub/login", "POST, OPTIONS")] {
      #expect(try await client.send("DELETE", target).only("Allow") == allowed)
    }
  }
}
