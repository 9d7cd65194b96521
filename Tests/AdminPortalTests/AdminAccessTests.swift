import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Session and role decide who may call which endpoint, before anything is read of a body.
@Suite struct AdminAccessTests {
  /// A body that shows whether it was read.
  private static let malformed = Data("{".utf8)

  static let allRoles = ["admin:invite_users", "admin:manage_domains", "admin:manage_users"]

  struct Endpoint: Sendable, CustomStringConvertible {
    let name: String
    /// The role that it takes; nil lets every active administrator call it.
    let role: String?

    var path: String { "/admin/\(name)" }
    var description: String { name }
  }

  /// The contract's table, but for the endpoints of people who are not signed in.
  static let protected: [Endpoint] =
    ["set-language", "change-password", "filter-users", "list-approved-domains", "get-approved-domain"]
    .map { Endpoint(name: $0, role: nil) }
    + [Endpoint(name: "invite-user", role: "admin:invite_users")]
    + ["disable-user", "enable-user", "assign-role", "remove-role"]
    .map { Endpoint(name: $0, role: "admin:manage_users") }
    + ["add-approved-domain", "disable-approved-domain", "enable-approved-domain"]
    .map { Endpoint(name: $0, role: "admin:manage_domains") }

  private static func call(_ endpoint: Endpoint, _ session: String?) async throws -> PortalResponse {
    try await PortalHarness.shared.send(
      "POST",
      endpoint.path,
      headers: session.map { [("Authorization", "Bearer \($0)")] } ?? [],
      body: malformed
    )
  }

  /// No role, each role alone, all but one, and all.
  static let roleSets: [[String]] =
    [[], allRoles] + allRoles.map { [$0] } + allRoles.map { left in allRoles.filter { $0 != left } }

  @Test(arguments: roleSets)
  func everyRoleMeetsEveryEndpoint(_ roles: [String]) async throws {
    let admin = try await PortalHarness.shared.account(.admin, roles: roles)
    for endpoint in Self.protected {
      let response = try await Self.call(endpoint, admin.session)
      if let role = endpoint.role, !roles.contains(role) {
        response.expectProblem(403, "missing-role")
      } else {
        response.expectProblem(400, "malformed-body")
      }
    }
  }

  @Test(arguments: protected)
  func withoutSessionNothingIsSaidOfRolesOrBodies(_ endpoint: Endpoint) async throws {
    let zeros = String(repeating: "0", count: 64)
    for session in [nil, zeros, "IND1-\(zeros)", zeros.dropLast() + "A"] {
      let response = try await Self.call(endpoint, session)
      response.expectProblem(401, "unauthorized")
      #expect(response.header("WWW-Authenticate") == "Bearer")
    }
  }

  @Test func rolesOfOtherPortalsAreNone() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["org:manage_users", "agency:invite_users"])
    for endpoint in Self.protected where endpoint.role != nil {
      try await Self.call(endpoint, admin.session).expectProblem(403, "missing-role")
    }
    // They are shown nevertheless.
    let info = try await portals.get("/admin/myinfo", session: admin.session)
    #expect(info.json["roles"] == ["agency:invite_users", "org:manage_users"])
  }

  @Test func aRoleCountsFromTheNextRequestOn() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: ["manage_users"])
    func addDomain() async throws -> Int {
      try await portals.post("/admin/add-approved-domain", [:], session: admin.session).status
    }
    let body: JSON = ["target_user_id": .string(admin.idText), "role_name": "admin:manage_domains"]
    #expect(try await addDomain() == 403)
    try await portals.post("/admin/assign-role", body, session: admin.session).expect(200)
    #expect(try await addDomain() == 400)
    try await portals.post("/admin/remove-role", body, session: admin.session).expect(200)
    #expect(try await addDomain() == 403)
  }

  @Test func sessionsGoWithTheirAdministrator() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin)
    try await portals.global.rows("DELETE FROM admin_users WHERE admin_user_id = $1 RETURNING ''", admin.id)
    #expect(try await !portals.isOpen(admin.session, .admin))
  }

  /// A text that is not of a token's form is a token that nobody has; only an absent or empty one is a mistake.
  @Test(arguments: [
    "zzz", "IND1-" + String(repeating: "0", count: 64), String(repeating: "A", count: 64),
    String(repeating: "0", count: 64), "nul\0",
  ])
  func tokensThatNobodyHas(_ token: String) async throws {
    let bodies: [(String, JSON)] = [
      ("tfa", ["tfa_token": .string(token), "tfa_code": "123456"]),
      ("complete-password-reset", ["reset_token": .string(token), "new_password": "a new long password"]),
      (
        "complete-setup",
        ["invitation_token": .string(token), "password": "a new long password", "full_name": "Ada"]
      ),
    ]
    for (name, body) in bodies {
      try await PortalHarness.shared.post("/admin/\(name)", body).expectProblem(401, "unauthorized")
    }
  }
}
