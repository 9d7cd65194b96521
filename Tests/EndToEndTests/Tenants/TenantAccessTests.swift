import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// Who may call what, in both portals.
@Suite struct TenantAccessTests {
  struct Endpoint: Sendable {
    let method: String
    let name: String
    /// Besides administrators; nil for everybody.
    let role: String?
  }

  static let forAdministrators = "is_admin"
  static let endpoints = [
    Endpoint(method: "GET", name: "myinfo", role: nil),
    Endpoint(method: "POST", name: "filter-users", role: nil),
    Endpoint(method: "POST", name: "set-language", role: nil),
    Endpoint(method: "POST", name: "change-password", role: nil),
    Endpoint(method: "POST", name: "invite-user", role: "invite_users"),
    Endpoint(method: "POST", name: "disable-user", role: "manage_users"),
    Endpoint(method: "POST", name: "enable-user", role: "manage_users"),
    Endpoint(method: "POST", name: "assign-role", role: "manage_users"),
    Endpoint(method: "POST", name: "remove-role", role: "manage_users"),
    Endpoint(method: "POST", name: "claim-domain", role: forAdministrators),
    Endpoint(method: "POST", name: "verify-domain", role: forAdministrators),
    Endpoint(method: "POST", name: "get-domain-status", role: forAdministrators),
    Endpoint(method: "POST", name: "list-domains", role: forAdministrators),
  ]

  private static func call(
    _ endpoint: Endpoint,
    _ portal: TenantPortalName,
    session: String?,
    _ stack: TestStack
  ) async throws -> HTTPAnswer {
    // A body that nobody may read before session and role are known.
    try await stack.client("usa1").send(
      endpoint.method,
      portal.path(endpoint.name),
      headers: session.map { [("Authorization", "Bearer \($0)")] } ?? [],
      body: endpoint.method == "GET" ? nil : JSON.string("no object").data
    )
  }

  @Test(arguments: TenantPortalName.allCases)
  func everyRoleMeetsEveryEndpoint(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let tenant = try await stack.tenant(portal)
    let callers: [(Set<String>, Colleague)] = [
      ([], try await stack.colleague(tenant)),
      (["invite_users"], try await stack.colleague(tenant, roles: ["invite_users"])),
      (["manage_users"], try await stack.colleague(tenant, roles: ["manage_users"])),
      (
        ["invite_users", "manage_users"],
        try await stack.colleague(tenant, roles: ["invite_users", "manage_users"])
      ),
      (
        ["invite_users", "manage_users", Self.forAdministrators],
        try await stack.colleague(tenant, isAdmin: true)
      ),
    ]
    for (rights, caller) in callers {
      for endpoint in Self.endpoints {
        let answer = try await Self.call(endpoint, portal, session: caller.session, stack)
        if let role = endpoint.role, !rights.contains(role) {
          answer.expectProblem(403, "missing-role")
        } else if endpoint.method == "GET" {
          #expect(answer.status == 200, "\(answer)")
        } else {
          answer.expectProblem(400, "malformed-body")
        }
      }
    }
  }

  @Test(arguments: TenantPortalName.allCases)
  func nobodyElseHasASession(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let stranger = try await stack.colleague(try await stack.tenant(portal.other), isAdmin: true)
    let tenant = try await stack.tenant(portal)
    let hub = try await stack.signUp(home: "ind1")
    let disabled = try await stack.colleague(tenant, isAdmin: true, status: "disabled")
    let invited = try await stack.colleague(tenant, isAdmin: true, status: "invited")
    let sessions: [String?] = [
      nil, "x", RegionToken(in: .example).text, stranger.session, hub.session, disabled.session,
      invited.session,
    ]
    for endpoint in Self.endpoints {
      for session in sessions {
        try await Self.call(endpoint, portal, session: session, stack).expectProblem(401, "unauthorized")
      }
    }
  }

  @Test(arguments: TenantPortalName.allCases)
  func myInfoTellsWhoOneIs(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    for hasLocalName in [true, false] {
      let tenant = try await stack.tenant(portal, hasLocalName: hasLocalName)
      let user = try await stack.colleague(
        tenant,
        isAdmin: true,
        roles: ["manage_users", "invite_users"],
        name: "Ada"
      )
      let answer = try await stack.client("deu1").get(portal.path("myinfo"), session: user.session)
      #expect(
        answer.json == [
          portal.rawValue + "_user_id": .string(user.id.uuidString.lowercased()), "full_name": "Ada",
          "preferred_language": "en-US", "\(portal.tenant)_name": .string(tenant.name), "is_admin": true,
          "roles": [.string(portal.role("invite_users")), .string(portal.role("manage_users"))],
        ]
      )
    }
  }
}
