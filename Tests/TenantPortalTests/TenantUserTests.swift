import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Switching a tenant's users off and on, and their roles, in both portals.
@Suite struct TenantUserTests {
  private static func post(_ endpoint: String, _ body: JSON, _ user: TestAccount) async throws
    -> PortalResponse
  {
    try await PortalHarness.shared.post(user.kind.path(endpoint), body, session: user.session)
  }

  private static func switchUser(_ way: String, _ target: TestAccount, by user: TestAccount) async throws
    -> PortalResponse
  {
    try await post("\(way)-user", ["email_address": .string(target.email)], user)
  }

  // MARK: Off and on

  @Test(arguments: PortalKind.tenants)
  func disablingEndsEverythingOfTheUserAndNothingOfOthers(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let manager = try await portals.account(kind, roles: ["manage_users"])
    let target = try await portals.account(kind, of: manager.tenant, roles: ["invite_users"])
    // The same address at another tenant.
    let namesake = try await portals.account(kind, email: target.email)
    let login = try await portals.beginLogin(target)
    _ = try await portals.requestReset(target)
    let body: JSON = ["email_address": .string(target.email.uppercased())]
    try await Self.post("disable-user", body, manager).expectEmpty()

    #expect(try await portals.column("status", of: target) == "disabled")
    #expect(try await !portals.isOpen(target.session, kind))
    for table in ["sessions", "tfa_tokens", "password_reset_tokens"] {
      #expect(try await portals.rowCount(table, of: target) == 0, "\(table)")
    }
    #expect(try await portals.rowCount("user_roles", of: target) == 1)
    try await portals.enter(login.code, login).expectProblem(401, "unauthorized")
    try await portals.post(kind.path("login"), target.loginBody()).expectProblem(422, "inactive-account")
    try await Self.switchUser("disable", target, by: manager).expectProblem(422, "status-unchanged")
    for other in [manager, namesake] { #expect(try await portals.isOpen(other.session, kind)) }
    // Nothing of it is global: the routing stays.
    #expect(
      try await portals.global.count(kind.table("users"), where: "\(kind.userID) = $1", target.id) == 1
    )
  }

  @Test(arguments: PortalKind.tenants)
  func enablingGivesBackTheAccountAndNoSession(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let manager = try await portals.account(kind, roles: ["manage_users"])
    let target = try await portals.account(kind, of: manager.tenant)
    try await Self.switchUser("enable", target, by: manager).expectProblem(404, "no-such-user")
    try await Self.switchUser("disable", target, by: manager).expectEmpty()
    try await Self.switchUser("enable", target, by: manager).expectEmpty()
    #expect(try await portals.column("status", of: target) == "active")
    #expect(try await !portals.isOpen(target.session, kind))
    #expect(try await portals.isOpen(portals.logIn(target), kind))
    try await Self.switchUser("enable", target, by: manager).expectProblem(404, "no-such-user")
    // Whoever never set a password up waits for that again.
    let invited = try await portals.account(kind, of: manager.tenant, status: "invited")
    try await Self.switchUser("disable", invited, by: manager).expectEmpty()
    try await Self.switchUser("enable", invited, by: manager).expectEmpty()
    #expect(try await portals.column("status", of: invited) == "invited")
  }

  @Test(arguments: PortalKind.tenants)
  func othersUsersAreNotThere(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let manager = try await portals.account(kind, isAdmin: true)
    let strangers = [
      try await portals.account(kind), try await portals.account(kind.other), try await portals.account(.hub),
    ]
    for stranger in strangers {
      for way in ["disable", "enable"] {
        try await Self.switchUser(way, stranger, by: manager).expectProblem(404, "no-such-user")
      }
      #expect(try await portals.isOpen(stranger.session, stranger.kind))
    }
    // Not even if they are disabled.
    let disabled = try await portals.account(kind, status: "disabled")
    try await Self.switchUser("enable", disabled, by: manager).expectProblem(404, "no-such-user")
    #expect(try await portals.column("status", of: disabled) == "disabled")
  }

  // MARK: The last administrator

  @Test(arguments: PortalKind.tenants)
  func theLastActiveAdministratorStays(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(kind, isAdmin: true)
    let manager = try await portals.account(kind, of: admin.tenant, roles: ["manage_users"])
    // Neither other tenants' administrators nor such as cannot act count.
    _ = try await portals.account(kind, isAdmin: true)
    _ = try await portals.account(kind, of: admin.tenant, status: "disabled", isAdmin: true)
    let invited = try await portals.account(kind, of: admin.tenant, status: "invited", isAdmin: true)
    for caller in [admin, manager] {
      try await Self.switchUser("disable", admin, by: caller).expectProblem(422, "last-administrator")
    }
    #expect(try await portals.isOpen(admin.session, kind))
    // Only an active one can be the last.
    try await Self.switchUser("disable", invited, by: manager).expectEmpty()
    // With a second one, anybody who manages users may disable either, and either themselves.
    let second = try await portals.account(kind, of: admin.tenant, isAdmin: true)
    try await Self.switchUser("disable", admin, by: admin).expectEmpty()
    #expect(try await !portals.isOpen(admin.session, kind))
    try await Self.switchUser("disable", second, by: manager).expectProblem(422, "last-administrator")
    // Already disabled is said before anything else.
    try await Self.switchUser("disable", admin, by: manager).expectProblem(422, "status-unchanged")
  }

  @Test(arguments: PortalKind.tenants)
  func administratorsWhoDisableEachOtherLeaveOne(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    for _ in 1...3 {
      let tenant = try await portals.makeTenant(kind)
      var admins: [TestAccount] = []
      for _ in 1...3 { admins.append(try await portals.account(kind, of: tenant, isAdmin: true)) }
      let everybody = admins
      let statuses = try await together(6) { number in
        let (caller, target) = (everybody[number % 3], everybody[(number + 1 + number / 3) % 3])
        return try await Self.switchUser("disable", target, by: caller).status
      }
      // Whoever comes later is the last one, has no session any more, or finds that it was done.
      #expect(Set(statuses).isSubset(of: [200, 401, 422]), "\(statuses)")
      let left = try await portals.regional.count(
        kind.table("users"),
        where: "\(kind.tenantID) = $1 AND status = 'active'",
        tenant.id
      )
      #expect(left == 1)
    }
  }

  // MARK: Roles

  @Test(arguments: PortalKind.tenants, ["active", "invited", "disabled"])
  func rolesComeAndGoWhateverTheStatus(_ kind: PortalKind, _ status: String) async throws {
    let portals = try await PortalHarness.shared
    let manager = try await portals.account(kind, roles: ["manage_users"])
    let target = try await portals.account(kind, of: manager.tenant, status: status)
    for role in ["invite_users", "manage_users"] {
      // An id in any letter case.
      let body: JSON = [
        "target_user_id": .string(target.id.uuidString), "role_name": .string(kind.role(role)),
      ]
      try await Self.post("remove-role", body, manager).expectProblem(409, "role-unchanged")
      let given = try await Self.post("assign-role", body, manager)
      #expect(given.expectMembers(["message"])["message"].string?.contains("successfully") == true)
      try await Self.post("assign-role", body, manager).expectProblem(409, "role-unchanged")
      #expect(try await portals.rowCount("user_roles", of: target) == 1)
      let taken = try await Self.post("remove-role", body, manager)
      #expect(taken.expectMembers(["message"])["message"].string?.contains("successfully") == true)
      #expect(try await portals.rowCount("user_roles", of: target) == 0)
    }
  }

  @Test(arguments: PortalKind.tenants)
  func aForeignUserIsRefusedAndAnUnknownOneIsNotFound(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let manager = try await portals.account(kind, isAdmin: true)
    let foreign = try await portals.account(kind)
    let nobody = [try await portals.account(kind.other).id, try await portals.account(.hub).id, UUID()]
    func body(_ id: UUID) -> JSON {
      ["target_user_id": .string(id.uuidString), "role_name": .string(kind.role("manage_users"))]
    }
    for endpoint in ["assign-role", "remove-role"] {
      try await Self.post(endpoint, body(foreign.id), manager).expectProblem(403, "missing-role")
      for id in nobody { try await Self.post(endpoint, body(id), manager).expectProblem(404, "no-such-user") }
    }
    #expect(try await portals.rowCount("user_roles", of: foreign) == 0)
  }

  @Test(arguments: PortalKind.tenants)
  func ofManyWhoGiveOrTakeARoleOneDoes(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let manager = try await portals.account(kind, isAdmin: true)
    let target = try await portals.account(kind, of: manager.tenant)
    let body: JSON = [
      "target_user_id": .string(target.idText), "role_name": .string(kind.role("invite_users")),
    ]
    for endpoint in ["assign-role", "remove-role"] {
      let statuses = try await together(5) { _ in try await Self.post(endpoint, body, manager).status }
      #expect(statuses.sorted() == [200, 409, 409, 409, 409])
    }
  }

  @Test(arguments: PortalKind.tenants)
  func oneMayGiveAndTakeOnesOwnRoles(_ kind: PortalKind) async throws {
    let manager = try await PortalHarness.shared.account(kind, roles: ["manage_users"])
    func body(_ role: String) -> JSON {
      ["target_user_id": .string(manager.idText), "role_name": .string(kind.role(role))]
    }
    try await Self.post("assign-role", body("invite_users"), manager).expect(200)
    // The last holder's as well: administrators need none.
    try await Self.post("remove-role", body("manage_users"), manager).expect(200)
    try await Self.post("assign-role", body("manage_users"), manager).expectProblem(403, "missing-role")
  }
}
