import FoundationEssentials
import TestSupport
import Testing

/// What holds for every path: methods, CORS, size limits, health.
@Suite struct HTTPRulesTests {
  private static let limit = 1_048_576

  @Test(arguments: [
    "/nothing", "/", "/hub", "/hub/", "/hub/myinfo/", "/HUB/myinfo", "/hub//myinfo", "/admin/login",
    "/hub/get-regions",
  ])
  func unknownPaths(_ path: String) async throws {
    try await TestStack.shared.client("ind1").get(path).expectProblem(404, "not-found")
  }

  @Test(arguments: [
    ("/hub/myinfo", "POST", "GET"), ("/hub/login", "GET", "POST"), ("/hub/tfa", "PUT", "POST"),
    ("/hub/logout", "GET", "POST"), ("/hub/request-signup", "DELETE", "POST"),
    ("/hub/complete-signup", "PATCH", "POST"),
    ("/global/get-regions", "GET", "POST"), ("/global/check-domain", "GET", "POST"),
    ("/global/get-supported-languages", "GET", "POST"),
  ])
  func otherMethods(_ path: String, _ method: String, allowed: String) async throws {
    let answer = try await TestStack.shared.client("ind1").send(method, path)
    answer.expectProblem(405, "method-not-allowed")
    let allow = try #require(answer.only("Allow")).split(separator: ",").map { $0.filter { $0 != " " } }
    #expect(allow.contains(allowed) && !allow.contains(method))
  }

  @Test(arguments: ["/hub/myinfo", "/hub/login", "/nothing", "/global/get-regions"])
  func preflight(_ path: String) async throws {
    let answer = try await TestStack.shared.client("ind1").send(
      "OPTIONS",
      path,
      headers: [("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST")]
    )
    #expect(answer.status == 204 && answer.body.isEmpty, "\(answer)")
    #expect(answer.only("Access-Control-Allow-Origin") == "*")
    #expect(answer.only("Access-Control-Allow-Methods") == "GET, POST, PUT, PATCH, DELETE, OPTIONS")
    #expect(
      answer.only("Access-Control-Allow-Headers")
        == "Content-Type, Authorization, X-Request-ID, Accept, Origin"
    )
    #expect(answer.only("Access-Control-Max-Age") == "86400")
    #expect(answer.values("Access-Control-Allow-Credentials").isEmpty)
  }

  @Test(arguments: ["/hub/login", "/hub/request-signup", "/global/get-regions"], [false, true])
  func aBodyThatIsTooLarge(_ path: String, isChunked: Bool) async throws {
    let body = Data(repeating: UInt8(ascii: " "), count: Self.limit + 1)
    // Chunks to an endpoint that reads no body go unread, whatever their number.
    guard path != "/global/get-regions" || !isChunked else { return }
    let answer = try await TestStack.shared.client("ind1").send(
      "POST",
      path,
      body: body,
      isChunked: isChunked
    )
    answer.expectProblem(413, "body-too-large")
  }

  @Test func aForwardedBodyThatIsTooLarge() async throws {
    let stack = try await TestStack.shared
    let session = try await stack.signUp(home: "usa1").session
    let headers = [("Authorization", "Bearer \(session)")]
    let body = Data(repeating: UInt8(ascii: "x"), count: Self.limit + 1)
    let answer = try await stack.client("ind1").send("POST", "/hub/logout", headers: headers, body: body)
    answer.expectProblem(413, "body-too-large")
    #expect(try await stack.client("ind1").get("/hub/myinfo", session: session).status == 200)
    // In chunks nobody knows how long it is until it has been read, which this endpoint's home need not do.
    let inChunks = try await stack.client("ind1").send(
      "POST",
      "/hub/logout",
      headers: headers,
      body: body,
      isChunked: true
    )
    #expect([200, 413].contains(inChunks.status), "\(inChunks)")
    #expect(try await stack.client("ind1").get("/healthz").status == 200)
  }

  @Test(arguments: Landing.directAndForwarded, [false, true])
  func aBodyOfExactlyTheLimit(_ landing: Landing, isChunked: Bool) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: landing.home)
    let client = try stack.client(landing.at)
    var login = Data(#"{"email_address":"\#(person.email)","password":"\#(Person.password)"}"#.utf8)
    login.append(contentsOf: repeatElement(UInt8(ascii: " "), count: Self.limit - login.count))
    let answer = try await client.send("POST", "/hub/login", body: login, isChunked: isChunked)
    #expect(answer.status == 200, "\(answer)")
    let body = Data(repeating: UInt8(ascii: "x"), count: Self.limit)
    let logout = try await client.send(
      "POST",
      "/hub/logout",
      headers: [("Authorization", "Bearer \(person.session)")],
      body: body,
      isChunked: isChunked
    )
    #expect(logout.status == 200, "\(logout)")
  }

  @Test func health() async throws {
    let stack = try await TestStack.shared
    for client in try stack.regions.map(stack.client) + [stack.globalService.client] {
      #expect(try await client.get("/healthz").status == 200)
      #expect(try await client.get("/readyz").json["status"] == "ready")
      let metrics = try await client.get("/metrics")
      #expect(metrics.status == 200 && metrics.only("Content-Type")?.hasPrefix("text/plain") == true)
    }
  }

  @Test func theGlobalServiceHasNoPortalsOfRegions() async throws {
    let client = try await TestStack.shared.globalService.client
    try await client.get("/hub/myinfo").expectProblem(404)
    try await client.send("POST", "/global/get-regions").expectProblem(404)
  }

  @Test func everyLogLineIsJSONWithTimeLevelServiceAndRegion() async throws {
    let stack = try await TestStack.shared
    _ = try await stack.client("ind1").get("/nothing")
    for server in stack.services {
      for line in server.log {
        #expect(line["time"] != nil && line["level"] != nil && line.message != nil, "\(line)")
        #expect(line["service"] != nil && line["region"] != nil, "\(line)")
      }
    }
  }

  @Test func rolesReachNoForeignDatabase() async throws {
    let stack = try await TestStack.shared
    // Other regions are other servers, whose roles are their own.
    let role = "vetchium_api_ind1"
    #expect(try await stack.database("usa1").count("pg_roles", where: "rolname = $1", role) == 0)
    #expect(try await stack.global.count("pg_roles", where: "rolname = $1", "vetchium_worker_ind1") == 0)
  }
}
