import FoundationEssentials
import TestSupport
import Testing

/// Logging in to the real service, and to two replicas of it. What each endpoint does is tested in `AdminPortalTests`.
@Suite struct AdminLoginTests {
  @Test func aWholeLogin() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword(language: "de-DE")
    let (token, code) = try await stack.beginLogin(admin.email.uppercased())
    #expect(token.wholeMatch(of: /[0-9a-f]{64}/) != nil)
    let answer = try await stack.enterCode(code, token)
    #expect(answer.status == 200 && answer.json["preferred_language"] == "de-DE", "\(answer)")
    let session = try #require(answer.json["session_token"].string)
    #expect(session.wholeMatch(of: /[0-9a-f]{64}/) != nil)
    #expect(answer.json.names == ["session_token", "preferred_language"])
    #expect(try await stack.isOpen(session))
    // A code works once.
    try await stack.enterCode(code, token).expectProblem(401, "unauthorized")
    let logout = try await stack.admin.post("/admin/logout", [:], session: session)
    #expect(logout.status == 200 && logout.body.isEmpty)
    try await stack.admin.post("/admin/logout", [:], session: session).expectProblem(401, "unauthorized")
    #expect(try await stack.isOpen(admin.session))
  }

  @Test func twoReplicasServeTheSameAdministrators() async throws {
    let stack = try await TestStack.shared
    let other = try stack.anotherGlobalService()
    try await other.start()
    try await other.waitUntilReady()
    let admin = try await stack.administratorWithPassword(roles: Administrator.allRoles)
    let (token, code) = try await stack.beginLogin(admin.email)
    let answer = try await other.client.post(
      "/admin/tfa",
      ["tfa_token": .string(token), "tfa_code": .string(code)]
    )
    let session = try #require(answer.json["session_token"].string, "\(answer)")
    let name = DomainEditor.unheardOfName()
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for client in [stack.admin, other.client, stack.admin, other.client] {
        group.addTask {
          try await client.post(
            "/admin/add-approved-domain",
            ["domain_name": .string(name), "reason": "both at once"],
            session: session
          ).status
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.sorted() == [201, 409, 409, 409])
    #expect(try await stack.admin.post("/admin/logout", [:], session: session).status == 200)
    #expect(try await other.client.get("/admin/myinfo", session: session).status == 401)
    #expect(try await other.process.terminate() == .exit(0))
  }
}
