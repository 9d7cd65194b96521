import Foundation
import TestSupport
import Testing

/// What a server's settings change, on a further server of a region.
@Suite struct ServerSettingsTests {
  /// Runs a further server of `ind1` for the time of the body, which also gets the session of somebody at home in
  /// `usa1`.
  private func withServer(
    _ environment: [String: String],
    _ body: (APIClient, _ farSession: String) async throws -> Void
  ) async throws {
    let stack = try await TestStack.shared
    let server = try stack.anotherServer("ind1", environment: environment)
    try await server.start()
    try await server.waitUntilReady()
    try await body(server.client, try await stack.signUp(home: "usa1").session)
    #expect(try await server.process.terminate() == .exit(0))
  }

  @Test func aRegionsEndpointFromTheDirectory() async throws {
    let stack = try await TestStack.shared
    let endpoint = try stack.client("usa1").baseURL
    try await stack.global.rows(
      "UPDATE available_regions SET internal_endpoints = ARRAY[$1::text] WHERE region_code = 'usa1' RETURNING ''",
      endpoint
    )
    try await withServer(["INTERNAL_ENDPOINT_USA1": ""]) { client, session in
      let answer = try await client.get("/hub/myinfo", session: session)
      #expect(answer.status == 200, "\(answer)")
    }
  }

  @Test func aRegionWithoutEndpoint() async throws {
    let stack = try await TestStack.shared
    try await withServer(["INTERNAL_ENDPOINT_DEU1": ""]) { client, _ in
      let session = try await stack.signUp(home: "deu1").session
      let answer = try await client.get("/hub/myinfo", session: session)
      answer.expectProblem(503, "region-unavailable")
      #expect(answer.only("Retry-After") != nil)
    }
  }

  @Test func withoutForwardingKeys() async throws {
    let stack = try await TestStack.shared
    try await withServer(["FORWARDING_KEYS": ""]) { client, session in
      try await client.get("/hub/myinfo", session: session).expectProblem(503, "region-unavailable")
      let near = try await stack.signUp(home: "ind1").session
      #expect(try await client.get("/hub/myinfo", session: near).status == 200)
    }
  }

  @Test func theNextEndpointOfARegionThatIsPartlyDown() async throws {
    let stack = try await TestStack.shared
    let endpoints = try "http://127.0.0.1:\(FreePort.find()),\(stack.client("usa1").baseURL)"
    try await withServer(["INTERNAL_ENDPOINT_USA1": endpoints]) { client, session in
      for _ in 1...5 {
        let answer = try await client.get("/hub/myinfo", session: session)
        #expect(answer.status == 200, "\(answer)")
      }
    }
  }

  @Test func onlyListedOriginsAreAllowed() async throws {
    try await withServer(["CORS_ALLOWED_ORIGINS": "https://a.example,https://b.example:8443"]) {
      client,
      session in
      for (origin, allowed) in [
        ("https://a.example", ["https://a.example"]), ("https://b.example:8443", ["https://b.example:8443"]),
        ("https://b.example", []), ("https://evil.example", []), ("null", []),
      ] {
        // The home server, whose own list is another, has no say in it.
        for path in ["/hub/myinfo", "/nothing"] {
          let answer = try await client.get(path, session: session, headers: [("Origin", origin)])
          #expect(answer.values("Access-Control-Allow-Origin") == allowed, "\(origin) \(answer)")
          #expect(answer.values("Vary") == ["Origin"], "\(answer)")
        }
      }
    }
  }

  /// As linux/sched.h numbers the policies: 3 is SCHED_BATCH, 0 SCHED_OTHER.
  @Test(arguments: [("", 3), ("batch", 3), ("normal", 0)])
  func howThreadsAreScheduled(_ value: String, _ policy: Int32) async throws {
    let server = try await TestStack.shared.anotherServer("ind1", environment: ["SCHEDULING": value])
    try await server.start()
    try await server.waitUntilReady()
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.process.pid)/task")
      .compactMap { Int32($0) }
    #expect(threads.count > 3)
    #expect(threads.allSatisfy { sched_getscheduler($0) == policy })
    #expect(try await server.process.terminate() == .exit(0))
  }

  /// As in a container: root's rights would hide that something asks for more than it needs.
  @Test func aServerWithoutAnyRights() async throws {
    let stack = try await TestStack.shared
    let without = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--no-new-privs"]
    let server = try stack.anotherServer("ind1", prefix: geteuid() == 0 ? without : [])
    try await server.start()
    #expect(try await server.client.get("/livez").status == 200)
    // Over a hop, for which it needs none of its databases.
    let answer = try await server.client.get(
      "/hub/myinfo",
      session: try await stack.signUp(home: "usa1").session
    )
    #expect(answer.status == 200, "\(answer)")
    #expect(try await server.process.terminate() == .exit(0))
  }

  @Test func zeroSwitchesTheThrottlesOff() async throws {
    let stack = try await TestStack.shared
    try await withServer(["LOGIN_MAX_FAILURES": "0", "MAIL_MAX_PER_RECIPIENT": "0"]) { client, _ in
      let person = try await stack.signUp(home: "ind1")
      let unknown = Person.unheardOfAddress()
      for _ in 1...12 {
        try await client.login(person.email, "a wrong password").expectProblem(401)
        let body: JSON = ["email_address": .string(unknown)]
        #expect(try await client.post("/hub/request-signup", body).status == 200)
      }
    }
  }

  @Test func shortLives() async throws {
    let stack = try await TestStack.shared
    try await withServer([
      "HUB_SIGNUP_TOKEN_EXPIRY": "1h30m", "HUB_SESSION_TOKEN_EXPIRY": "90s",
      "PASSWORD_RESET_TOKEN_EXPIRY": "45s",
    ]) {
      client,
      _ in
      let email = Person.unheardOfAddress()
      try await #require(client.post("/hub/request-signup", ["email_address": .string(email)]).status == 200)
      let token = try await stack.signupToken(mailedTo: email, in: "ind1")
      let lives = try await stack.global.text(
        "SELECT extract(EPOCH FROM expires_at - created_at)::int::text FROM hub_signup_tokens WHERE email_address = $1",
        email
      )
      #expect(lives == "5400")
      try await #require(
        client.post("/hub/complete-signup", Person.signupBody(token: token, home: "ind1")).status == 201
      )
      let sessionLives = try await stack.database("ind1").text(
        """
        SELECT extract(EPOCH FROM expires_at - hub_sessions.created_at)::int::text
        FROM hub_sessions JOIN hub_users USING (hub_user_global_id) WHERE email_address = $1
        """,
        email
      )
      #expect(sessionLives == "90")
      #expect(
        try await client.post("/hub/request-password-reset", ["email_address": .string(email)]).status == 200
      )
      let resetLives = try await stack.database("ind1").text(
        """
        SELECT extract(EPOCH FROM expires_at - hub_password_reset_tokens.created_at)::int::text
        FROM hub_password_reset_tokens JOIN hub_users USING (hub_user_global_id) WHERE email_address = $1
        """,
        email
      )
      #expect(resetLives == "45")
    }
  }
}
