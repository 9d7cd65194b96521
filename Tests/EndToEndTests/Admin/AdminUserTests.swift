import TestSupport
import Testing

/// Disabling, enabling and roles of administrators.
@Suite struct AdminUserTests {
  private static func post(_ path: String, _ admin: Administrator, _ body: JSON) async throws -> HTTPAnswer {
    try await TestStack.shared.admin.post("/admin/\(path)", body, session: admin.session)
  }

  private static func switchUser(_ way: String, _ email: String, by admin: Administrator) async throws
    -> HTTPAnswer
  {
    try await post("\(way)-user", admin, ["email_address": .string(email)])
  }

  @Test func disablingEndsEverythingAtOnce() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: ["admin:manage_users"])
    let target = try await stack.administrator(roles: ["admin:invite_users"])
    try await stack.global.rows(
      """
      WITH tfa AS (INSERT INTO admin_tfa_tokens (token_hash, admin_user_id, code_hash, expires_at)
        VALUES (sha256($1::text::bytea), $2::text::uuid, sha256('x'), now() + interval '1 hour')),
      reset AS (INSERT INTO admin_password_reset_tokens (token_hash, admin_user_id, expires_at)
        VALUES (sha256($1::text::bytea), $2::text::uuid, now() + interval '1 hour'))
      INSERT INTO admin_invitation_tokens (token_hash, admin_user_id, expires_at)
        VALUES (sha256($1::text::bytea), $2::text::uuid, now() + interval '1 hour') RETURNING ''
      """,
      target.id,
      target.id
    )
    let answer = try await Self.switchUser("disable", target.email.uppercased(), by: admin)
    #expect(answer.status == 200 && answer.body.isEmpty, "\(answer)")
    #expect(try await stack.adminStatus(target.email) == "disabled")
    #expect(try await !stack.isOpen(target.session))
    func left(_ table: String) async throws -> Int64 {
      try await stack.global.count(table, where: "admin_user_id = $1::text::uuid", target.id)
    }
    #expect(try await left("admin_sessions") == 0)
    #expect(try await left("admin_tfa_tokens") == 0)
    #expect(try await left("admin_password_reset_tokens") == 0)
    #expect(try await left("admin_invitation_tokens") == 1)
    #expect(try await left("admin_user_roles") == 1)

    try await Self.switchUser("disable", target.email, by: admin).expectProblem(422, "status-unchanged")
    #expect(try await stack.isOpen(admin.session))
  }

  @Test func enablingGivesBackWhatWasThere() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: ["admin:manage_users"])
    // Without a password the account goes back to waiting for its setup; with one it is active.
    for (hash, status) in [(nil, "invited"), ("$argon2id$x", "active")] as [(String?, String)] {
      let target = try await stack.administrator()
      try await stack.global.rows(
        "UPDATE admin_users SET password_hash = $2 WHERE email_address = $1 RETURNING ''",
        target.email,
        hash
      )
      try await Self.switchUser("enable", target.email, by: admin).expectProblem(404, "no-such-user")
      #expect(try await Self.switchUser("disable", target.email, by: admin).status == 200)
      let enabled = try await Self.switchUser("enable", target.email, by: admin)
      #expect(enabled.status == 200 && enabled.body.isEmpty, "\(enabled)")
      #expect(try await stack.adminStatus(target.email) == status)
      #expect(try await !stack.isOpen(target.session))
    }
    let invited = try await stack.administrator(status: "invited")
    try await Self.switchUser("enable", invited.email, by: admin).expectProblem(404, "no-such-user")
  }

  @Test(arguments: ["disable", "enable"])
  func anUnknownAddress(_ way: String) async throws {
    let admin = try await TestStack.shared.administrator(roles: ["admin:manage_users"])
    let answer = try await Self.switchUser(way, Administrator.unheardOfAddress(), by: admin)
    answer.expectProblem(404, "no-such-user")
  }

  @Test func oneMayDisableOneself() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: ["admin:manage_users"])
    _ = try await stack.administrator()
    #expect(try await Self.switchUser("disable", admin.email, by: admin).status == 200)
    #expect(try await !stack.isOpen(admin.session))
  }

  @Test(arguments: ["active", "invited", "disabled"])
  func rolesComeAndGo(_ status: String) async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: ["admin:manage_users"])
    let target = try await stack.administrator(status: status)
    for role in Administrator.allRoles {
      let body: JSON = ["target_user_id": .string(target.id.uppercased()), "role_name": .string(role)]
      try await Self.post("remove-role", admin, body).expectProblem(409, "role-unchanged")
      let assigned = try await Self.post("assign-role", admin, body)
      #expect(assigned.status == 200, "\(assigned)")
      #expect(assigned.json["message"].string?.contains("successfully") == true)
      try await Self.post("assign-role", admin, body).expectProblem(409, "role-unchanged")
    }
    #expect(try await roles(of: target) == Administrator.allRoles)
    for role in Administrator.allRoles {
      let removed = try await Self.post(
        "remove-role",
        admin,
        ["target_user_id": .string(target.id), "role_name": .string(role)]
      )
      #expect(removed.json["message"].string?.contains("successfully") == true, "\(removed)")
    }
    #expect(try await roles(of: target) == [])
  }

  @Test(arguments: ["assign-role", "remove-role"])
  func rolesOfNobody(_ path: String) async throws {
    let admin = try await TestStack.shared.administrator(roles: ["admin:manage_users"])
    for id in ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-4fff-8fff-ffffffffffff"] {
      let answer = try await Self.post(
        path,
        admin,
        ["target_user_id": .string(id), "role_name": "admin:manage_users"]
      )
      answer.expectProblem(404, "no-such-user")
    }
  }

  @Test func ofManyWhoGiveARoleOneDoes() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: ["admin:manage_users"])
    let target = try await stack.administrator()
    let body: JSON = ["target_user_id": .string(target.id), "role_name": "admin:manage_domains"]
    for path in ["assign-role", "remove-role"] {
      let statuses = try await together(8) { try await Self.post(path, admin, body).status }
      #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
    }
  }

  @Test func oneMayTakeOnesOwnRole() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: ["admin:manage_users"])
    let body: JSON = ["target_user_id": .string(admin.id), "role_name": "admin:manage_users"]
    #expect(try await Self.post("remove-role", admin, body).status == 200)
    try await Self.post("assign-role", admin, body).expectProblem(403, "missing-role")
  }

  @Test func whatMyInfoTells() async throws {
    let stack = try await TestStack.shared
    let plain = try await stack.administrator(language: "fr-FR")
    let answer = try await stack.admin.get("/admin/myinfo", session: plain.session)
    #expect(
      answer.json == [
        "admin_user_id": .string(plain.id), "email_address": .string(plain.email), "full_name": "",
        "preferred_language": "fr-FR", "roles": [],
      ],
      "\(answer)"
    )
    let named = try await stack.administrator(roles: Administrator.allRoles.reversed(), fullName: "தமிழ் பெயர்")
    let other = try await stack.admin.get("/admin/myinfo", session: named.session).json
    #expect(
      other["full_name"] == "தமிழ் பெயர்" && other["roles"] == .array(Administrator.allRoles.map(JSON.string))
    )
  }

  private func roles(of admin: Administrator) async throws -> [String] {
    let listed = try await TestStack.shared.admin.post(
      "/admin/filter-users",
      ["filter_email": .string(admin.email)],
      session: TestStack.shared.administrator().session
    )
    return listed.json["items"][0]["roles"].elements.compactMap(\.string)
  }
}
