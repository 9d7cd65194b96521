import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Disabling, enabling and roles of administrators, and what they read about themselves.
@Suite struct AdministratorTests {
  private static func post(_ name: String, _ admin: TestAccount, _ body: JSON) async throws -> PortalResponse
  {
    try await PortalHarness.shared.post("/admin/\(name)", body, session: admin.session)
  }

  /// - Parameter way: disable or enable
  private static func switchUser(_ way: String, _ email: String, by admin: TestAccount) async throws
    -> PortalResponse
  {
    try await post("\(way)-user", admin, ["email_address": .string(email)])
  }

  // MARK: Off and on

  @Test func disablingEndsEverythingButTheInvitationAndTheRoles() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["manage_users"])
    let target = try await portals.account(.admin, roles: ["invite_users"])
    _ = try await portals.beginLogin(target)
    _ = try await portals.requestReset(target)
    try await portals.global.rows(
      """
      INSERT INTO admin_invitation_tokens (token_hash, admin_user_id, expires_at)
      VALUES (sha256(convert_to($2, 'UTF8')), $1, now() + interval '1 hour') RETURNING ''
      """,
      target.id,
      target.email
    )
    try await Self.switchUser("disable", target.email.uppercased(), by: admin).expectEmpty()
    #expect(try await portals.column("status", of: target) == "disabled")
    #expect(try await !portals.isOpen(target.session, .admin))
    for table in ["sessions", "tfa_tokens", "password_reset_tokens"] {
      #expect(try await portals.rowCount(table, of: target) == 0, "\(table)")
    }
    for table in ["invitation_tokens", "user_roles"] {
      #expect(try await portals.rowCount(table, of: target) == 1, "\(table)")
    }
    try await portals.post("/admin/login", target.loginBody()).expectProblem(422, "inactive-account")
    try await Self.switchUser("disable", target.email, by: admin).expectProblem(422, "status-unchanged")
    #expect(try await portals.isOpen(admin.session, .admin))
  }

  @Test func enablingGivesBackTheAccountAndNoSession() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["manage_users"])
    let target = try await portals.account(.admin, roles: ["invite_users"])
    try await Self.switchUser("enable", target.email, by: admin).expectProblem(404, "no-such-user")
    try await Self.switchUser("disable", target.email, by: admin).expectEmpty()
    try await Self.switchUser("enable", target.email.uppercased(), by: admin).expectEmpty()
    #expect(try await portals.column("status", of: target) == "active")
    #expect(try await !portals.isOpen(target.session, .admin))
    #expect(try await portals.isOpen(portals.logIn(target), .admin))
    try await Self.switchUser("enable", target.email, by: admin).expectProblem(404, "no-such-user")
  }

  /// Nobody could log in to it, nor finish its setup, if it became active.
  @Test func anAccountWithoutPasswordWaitsForItsSetupAgain() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["manage_users"])
    let invited = try await portals.account(.admin, status: "invited")
    try await Self.switchUser("enable", invited.email, by: admin).expectProblem(404, "no-such-user")
    try await Self.switchUser("disable", invited.email, by: admin).expectEmpty()
    try await Self.switchUser("enable", invited.email, by: admin).expectEmpty()
    #expect(try await portals.column("status", of: invited) == "invited")
  }

  @Test(arguments: ["disable", "enable"])
  func anUnknownAddressIsSaidToBeUnknown(_ way: String) async throws {
    let admin = try await PortalHarness.shared.account(.admin, roles: ["manage_users"])
    try await Self.switchUser(way, TestAccount.unheardOfAddress(), by: admin).expectProblem(
      404,
      "no-such-user"
    )
  }

  @Test func oneMayDisableOneself() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["manage_users"])
    // Somebody is left.
    _ = try await portals.account(.admin)
    try await Self.switchUser("disable", admin.email, by: admin).expectEmpty()
    #expect(try await !portals.isOpen(admin.session, .admin))
  }

  @Test func ofManyWhoSwitchAnAccountOneDoes() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["manage_users"])
    let target = try await portals.account(.admin)
    _ = try await portals.account(.admin)
    for (way, late) in [("disable", 422), ("enable", 404)] {
      let statuses = try await together(5) { _ in
        try await Self.switchUser(way, target.email, by: admin).status
      }
      #expect(statuses.sorted() == [200, late, late, late, late])
    }
  }

  // MARK: Roles

  @Test(arguments: ["active", "invited", "disabled"])
  func rolesComeAndGoWhateverTheStatus(_ status: String) async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["manage_users"])
    let target = try await portals.account(.admin, status: status)
    for role in AdminAccessTests.allRoles {
      // An id in any letter case.
      let body: JSON = ["target_user_id": .string(target.id.uuidString), "role_name": .string(role)]
      try await Self.post("remove-role", admin, body).expectProblem(409, "role-unchanged")
      let assigned = try await Self.post("assign-role", admin, body)
      #expect(assigned.expectMembers(["message"])["message"].string?.contains("successfully") == true)
      try await Self.post("assign-role", admin, body).expectProblem(409, "role-unchanged")
    }
    #expect(try await portals.rowCount("user_roles", of: target) == 3)
    for role in AdminAccessTests.allRoles {
      let body: JSON = ["target_user_id": .string(target.idText), "role_name": .string(role)]
      let removed = try await Self.post("remove-role", admin, body)
      #expect(removed.expectMembers(["message"])["message"].string?.contains("successfully") == true)
    }
    #expect(try await portals.rowCount("user_roles", of: target) == 0)
  }

  @Test(arguments: ["assign-role", "remove-role"])
  func nobodyHasThatId(_ name: String) async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["manage_users"])
    // Nor do people of other portals count.
    let others = [try await portals.account(.hub), try await portals.account(.org)].map(\.idText)
    let nobody = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-4fff-8fff-ffffffffffff"]
    for id in nobody + others {
      let body: JSON = ["target_user_id": .string(id), "role_name": "admin:manage_users"]
      try await Self.post(name, admin, body).expectProblem(404, "no-such-user")
    }
  }

  @Test func ofManyWhoGiveOrTakeARoleOneDoes() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["manage_users"])
    let target = try await portals.account(.admin)
    let body: JSON = ["target_user_id": .string(target.idText), "role_name": "admin:manage_domains"]
    for name in ["assign-role", "remove-role"] {
      let statuses = try await together(6) { _ in try await Self.post(name, admin, body).status }
      #expect(statuses.sorted() == [200, 409, 409, 409, 409, 409])
    }
  }

  @Test func oneMayTakeOnesOwnRole() async throws {
    let admin = try await PortalHarness.shared.account(.admin, roles: ["manage_users"])
    let body: JSON = ["target_user_id": .string(admin.idText), "role_name": "admin:manage_users"]
    try await Self.post("remove-role", admin, body).expect(200)
    try await Self.post("assign-role", admin, body).expectProblem(403, "missing-role")
  }

  // MARK: About oneself

  @Test func whatMyInfoTells() async throws {
    let portals = try await PortalHarness.shared
    let plain = try await portals.account(.admin, language: "fr-FR")
    let response = try await portals.get("/admin/myinfo", session: plain.session)
    #expect(
      response.json == [
        "admin_user_id": .string(plain.idText), "email_address": .string(plain.email), "full_name": "",
        "preferred_language": "fr-FR", "roles": [],
      ],
      "\(response)"
    )
    let roles = Array(AdminAccessTests.allRoles.reversed())
    let named = try await portals.account(.admin, name: "தமிழ் பெயர்", roles: roles)
    let other = try await portals.get("/admin/myinfo", session: named.session).json
    #expect(other["full_name"] == "தமிழ் பெயர்")
    #expect(other["roles"] == .array(AdminAccessTests.allRoles.map(JSON.string)))
  }
}

/// Somebody is always left to administrate. With portals of their own: others would be somebody, too.
@Suite struct LastAdministratorTests {
  private static func disable(_ target: TestAccount, by admin: TestAccount, _ portals: PortalHarness)
    async throws
    -> PortalResponse
  {
    let body: JSON = ["email_address": .string(target.email)]
    return try await portals.post("/admin/disable-user", body, session: admin.session)
  }

  private static func withAdministrators(
    _ count: Int,
    _ body: (PortalHarness, [TestAccount]) async throws -> Void
  ) async throws {
    try await PortalHarness.with { portals in
      var admins: [TestAccount] = []
      for _ in 0..<count { admins.append(try await portals.account(.admin, roles: ["manage_users"])) }
      try await body(portals, admins)
    }
  }

  @Test func theLastActiveOneStays() async throws {
    try await Self.withAdministrators(2) { portals, admins in
      try await Self.disable(admins[1], by: admins[0], portals).expectEmpty()
      try await Self.disable(admins[0], by: admins[0], portals).expectProblem(422, "last-administrator")
      #expect(try await portals.isOpen(admins[0].session, .admin))
      // Only an active one can be the last: an invited one may go.
      let invited = try await portals.account(.admin, status: "invited")
      try await Self.disable(invited, by: admins[0], portals).expectEmpty()
      // Already disabled is said before anything else.
      try await Self.disable(admins[1], by: admins[0], portals).expectProblem(422, "status-unchanged")
    }
  }

  /// They are counted whatever their roles.
  @Test func somebodyWithoutRolesIsSomebody() async throws {
    try await Self.withAdministrators(1) { portals, admins in
      _ = try await portals.account(.admin)
      try await Self.disable(admins[0], by: admins[0], portals).expectEmpty()
    }
  }

  @Test func manyWhoDisableEachOtherLeaveOne() async throws {
    try await Self.withAdministrators(4) { portals, admins in
      let statuses = try await together(12) { number in
        let admin = admins[number % 4]
        return try await Self.disable(admins[(number + 1 + number / 4) % 4], by: admin, portals).status
      }
      #expect(statuses.count { $0 == 200 } == 3, "\(statuses)")
      // Whoever comes later is the last one, has lost the session, or finds that it was done.
      #expect(Set(statuses).isSubset(of: [200, 401, 422]), "\(statuses)")
      #expect(try await portals.global.count("admin_users", where: "status = 'active'") == 1)
    }
  }
}
