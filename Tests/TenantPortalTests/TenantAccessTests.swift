import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Session and role decide who may call what, in both portals, before anything is read of a body.
@Suite struct TenantAccessTests {
  struct Endpoint: Sendable, CustomStringConvertible {
    let name: String
    /// The role that lets somebody call it who is no administrator; nil lets every user of the tenant.
    let role: String?
    var description: String { name }
  }

  private static let administrators = "nothing but being an administrator"

  static let endpoints: [Endpoint] =
    ["filter-users", "set-language", "change-password"].map { Endpoint(name: $0, role: nil) }
    + [Endpoint(name: "invite-user", role: "invite_users")]
    + ["disable-user", "enable-user", "assign-role", "remove-role"].map {
      Endpoint(name: $0, role: "manage_users")
    }
    + ["claim-domain", "verify-domain", "get-domain-status", "list-domains"]
    .map { Endpoint(name: $0, role: administrators) }

  private static func call(_ endpoint: Endpoint, _ kind: PortalKind, _ session: String?) async throws
    -> PortalResponse
  {
    try await PortalHarness.shared.send(
      "POST",
      kind.path(endpoint.name),
      headers: session.map { [("Authorization", "Bearer \($0)")] } ?? [],
      body: Data("{".utf8)
    )
  }

  @Test(
    arguments: PortalKind.tenants,
    [[], ["invite_users"], ["manage_users"], ["invite_users", "manage_users"]]
  )
  func everyRoleMeetsEveryEndpoint(_ kind: PortalKind, _ roles: [String]) async throws {
    let user = try await PortalHarness.shared.account(kind, roles: roles)
    for endpoint in Self.endpoints {
      let response = try await Self.call(endpoint, kind, user.session)
      if let role = endpoint.role, !roles.contains(role) {
        response.expectProblem(403, "missing-role")
      } else {
        response.expectProblem(400, "malformed-body")
      }
    }
  }

  @Test(arguments: PortalKind.tenants)
  func anAdministratorNeedsNoRole(_ kind: PortalKind) async throws {
    let admin = try await PortalHarness.shared.account(kind, isAdmin: true)
    for endpoint in Self.endpoints {
      try await Self.call(endpoint, kind, admin.session).expectProblem(400, "malformed-body")
    }
  }

  @Test(arguments: PortalKind.tenants)
  func rolesOfOtherPortalsAreNone(_ kind: PortalKind) async throws {
    let roles = [kind.other.role("manage_users"), kind.other.role("invite_users"), "admin:manage_users"]
    let user = try await PortalHarness.shared.account(kind, roles: roles)
    for endpoint in Self.endpoints where endpoint.role != nil {
      try await Self.call(endpoint, kind, user.session).expectProblem(403, "missing-role")
    }
  }

  @Test(arguments: PortalKind.tenants)
  func nobodyElseHasASession(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let tenant = try await portals.makeTenant(kind)
    let sessions: [String?] = [
      nil, "x", "IND1-" + String(repeating: "0", count: 64),
      try await portals.account(kind.other, isAdmin: true).session, try await portals.account(.hub).session,
      try await portals.account(.admin).session,
      try await portals.account(kind, of: tenant, status: "disabled", isAdmin: true).session,
      try await portals.account(kind, of: tenant, status: "invited", isAdmin: true).session,
    ]
    for endpoint in Self.endpoints {
      for session in sessions {
        try await Self.call(endpoint, kind, session).expectProblem(401, "unauthorized")
      }
    }
  }

  @Test(arguments: PortalKind.tenants)
  func aRoleCountsFromTheNextRequestOn(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let user = try await portals.account(kind)
    let manager = try await portals.account(kind, of: user.tenant, isAdmin: true)
    let body: JSON = [
      "target_user_id": .string(user.idText), "role_name": .string(kind.role("manage_users")),
    ]
    func enable() async throws -> Int {
      try await portals.post(kind.path("enable-user"), [:], session: user.session).status
    }
    #expect(try await enable() == 403)
    try await portals.post(kind.path("assign-role"), body, session: manager.session).expect(200)
    #expect(try await enable() == 400)
    try await portals.post(kind.path("remove-role"), body, session: manager.session).expect(200)
    #expect(try await enable() == 403)
  }

  @Test(arguments: PortalKind.tenants, [true, false])
  func whatSomebodyReadsAboutThemselves(_ kind: PortalKind, _ hasLocalName: Bool) async throws {
    let portals = try await PortalHarness.shared
    let tenant = try await portals.makeTenant(kind, hasLocalName: hasLocalName)
    let user = try await portals.account(
      kind,
      of: tenant,
      name: "Ada",
      language: "fr-FR",
      roles: ["manage_users", "invite_users"]
    )
    let response = try await portals.get(kind.path("myinfo"), session: user.session)
    #expect(
      response.json == [
        kind.userID: .string(user.idText), "full_name": "Ada", "preferred_language": "fr-FR",
        kind.tenantName: .string(tenant.domain), "is_admin": false,
        "roles": [.string(kind.role("invite_users")), .string(kind.role("manage_users"))],
      ],
      "\(response)"
    )
    // An administrator without roles has none.
    let admin = try await portals.account(kind, of: tenant, isAdmin: true)
    let other = try await portals.get(kind.path("myinfo"), session: admin.session).json
    #expect(other["full_name"] == "" && other["is_admin"] == true && other["roles"] == [])
  }
}
