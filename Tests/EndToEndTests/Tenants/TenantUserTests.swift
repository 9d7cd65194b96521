import FoundationEssentials
import TestSupport
import Testing

/// The list of users, switching them off and on, and their roles, in both portals.
@Suite struct TenantUserTests {
  private static func emails(_ answer: HTTPAnswer) -> [String] {
    answer.json["items"].elements.compactMap { $0["email_address"].string }
  }

  @Test(arguments: TenantPortalName.allCases)
  func pagesAreStable(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let tenant = try await stack.tenant(portal)
    let caller = try await stack.colleague(tenant)
    var expected: Set<String> = [caller.email]
    for _ in 0..<8 { expected.insert(try await stack.colleague(tenant).email) }
    // The same moment for all: the id decides.
    try await stack.database("ind1").rows(
      "UPDATE \(portal.rawValue)_users SET created_at = now() WHERE \(portal.tenant)_id = $1 RETURNING ''",
      tenant.id
    )
    var seen: [String] = []
    var cursor = ""
    repeat {
      let page = try await stack.post("filter-users", ["limit": 2, "cursor": .string(cursor)], as: caller)
      try #require(page.status == 200, "\(page)")
      seen += Self.emails(page)
      cursor = try #require(page.json["next_cursor"].string)
      // Somebody new comes before the first page.
      if seen.count < 5 { _ = try await stack.colleague(tenant) }
    } while !cursor.isEmpty
    #expect(seen.count == expected.count)
    #expect(Set(seen) == expected)
  }

  @Test(arguments: TenantPortalName.allCases)
  func filtersAreCombined(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let tenant = try await stack.tenant(portal)
    let caller = try await stack.colleague(tenant)
    let ada = try await stack.colleague(
      tenant,
      status: "disabled",
      name: "Ada Löve",
      email: "a_da.\(tenant.name)@x.example"
    )
    let bob = try await stack.colleague(tenant, status: "invited", email: "bob%.\(tenant.name)@x.example")
    _ = try await stack.colleague(try await stack.tenant(portal), name: "Ada Löve")
    let table: [(JSON, [String])] = [
      (["filter_name": "LÖV"], [ada.email]), (["filter_email": "A_DA"], [ada.email]),
      (["filter_email": "b%b"], []),
      (["filter_email": "B%."], [bob.email]), (["filter_status": "invited"], [bob.email]),
      (["filter_status": "disabled", "filter_email": "@X.EXAMPLE"], [ada.email]),
      (["filter_status": "gone"], []),
      (["filter_name": "%"], []), (["filter_email": "@x.example"], [bob.email, ada.email]),
    ]
    for (body, found) in table {
      let answer = try await stack.post("filter-users", body, as: caller)
      #expect(Self.emails(answer) == found, "\(body)")
      #expect(answer.json["next_cursor"] == "")
    }
    let item = try await stack.post("filter-users", ["filter_name": "ada"], as: caller).json["items"][0]
    #expect(item["status"] == "disabled" && item["is_admin"] == false && item["roles"] == [])
    #expect(item["\(portal.rawValue)_user_id"].string == ada.id.uuidString.lowercased())
  }

  @Test(arguments: TenantPortalName.allCases)
  func wrongFieldsAreNamed(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let caller = try await stack.colleague(try await stack.tenant(portal), isAdmin: true)
    let table: [(String, JSON, [String])] = [
      ("filter-users", ["limit": 0, "cursor": "?", "filter_email": 1], ["limit", "cursor", "filter_email"]),
      ("disable-user", [:], ["email_address"]),
      ("enable-user", ["email_address": "a+b@x.example"], ["email_address"]),
      (
        "assign-role", ["target_user_id": "x", "role_name": .string(portal.other.role("manage_users"))],
        ["target_user_id", "role_name"]
      ),
      ("remove-role", [:], ["target_user_id", "role_name"]), ("verify-domain", ["domain": "x"], ["domain"]),
      ("get-domain-status", [:], ["domain"]), ("list-domains", ["pagination_key": 1], ["pagination_key"]),
    ]
    for (endpoint, body, fields) in table {
      try await stack.post(endpoint, body, as: caller).expectProblem(400, "invalid-fields", fields: fields)
    }
  }

  @Test(arguments: TenantPortalName.allCases)
  func disablingEndsSessions(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let tenant = try await stack.tenant(portal)
    let manager = try await stack.colleague(tenant, roles: ["manage_users"])
    let admin = try await stack.colleague(tenant, isAdmin: true)
    let user = try await stack.colleague(tenant)
    let invited = try await stack.colleague(tenant, status: "invited")
    func body(_ colleague: Colleague) -> JSON { ["email_address": .string(colleague.email.uppercased())] }

    #expect(try await stack.post("disable-user", body(user), as: manager).status == 200)
    try await stack.post("filter-users", [:], as: user).expectProblem(401)
    try await stack.post("disable-user", body(user), as: manager).expectProblem(422, "status-unchanged")
    try await stack.post("disable-user", body(admin), as: manager).expectProblem(422, "last-administrator")
    let foreign = try await stack.colleague(try await stack.tenant(portal))
    for endpoint in ["disable-user", "enable-user"] {
      try await stack.post(endpoint, body(foreign), as: manager).expectProblem(404, "no-such-user")
    }
    #expect(try await stack.post("enable-user", body(user), as: manager).status == 200)
    try await stack.post("enable-user", body(user), as: manager).expectProblem(404, "no-such-user")
    try await stack.post("filter-users", [:], as: user).expectProblem(401)

    #expect(try await stack.post("disable-user", body(invited), as: manager).status == 200)
    #expect(try await stack.post("enable-user", body(invited), as: manager).status == 200)
    let status = try await stack.database("ind1").text(
      "SELECT status::text FROM \(portal.rawValue)_users WHERE \(portal.rawValue)_user_id = $1",
      invited.id
    )
    #expect(status == "invited")
  }

  @Test(arguments: TenantPortalName.allCases)
  func twoAdministratorsWhoDisableEachOtherLeaveOne(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    for _ in 0..<10 {
      let tenant = try await stack.tenant(portal)
      let admins = [
        try await stack.colleague(tenant, isAdmin: true), try await stack.colleague(tenant, isAdmin: true),
      ]
      async let first = stack.post("disable-user", ["email_address": .string(admins[1].email)], as: admins[0])
      async let second = stack.post(
        "disable-user",
        ["email_address": .string(admins[0].email)],
        as: admins[1],
        via: "ind1"
      )
      // Whoever comes second is the last one, or has no session any more.
      let statuses = try await [first.status, second.status].sorted()
      #expect(statuses == [200, 422] || statuses == [200, 401], "\(statuses)")
    }
  }

  @Test(arguments: TenantPortalName.allCases)
  func rolesAreGivenAndTaken(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let tenant = try await stack.tenant(portal)
    let manager = try await stack.colleague(tenant, roles: ["manage_users"])
    let user = try await stack.colleague(tenant)
    let foreign = try await stack.colleague(try await stack.tenant(portal))
    let otherRegion = try await stack.colleague(try await stack.tenant(portal, home: "deu1"))
    let otherPortal = try await stack.colleague(try await stack.tenant(portal.other))
    func body(_ id: UUID) -> JSON {
      ["target_user_id": .string(id.uuidString), "role_name": .string(portal.role("manage_users"))]
    }

    try await stack.post("enable-user", ["email_address": "x@x.example"], as: user).expectProblem(403)
    let answer = try await stack.post("assign-role", body(user.id), as: manager)
    #expect(answer.json["message"].string?.contains("successfully") == true, "\(answer)")
    try await stack.post("enable-user", ["email_address": "x@x.example"], as: user).expectProblem(404)
    try await stack.post("assign-role", body(user.id), as: manager).expectProblem(409, "role-unchanged")
    #expect(try await stack.post("remove-role", body(user.id), as: user).status == 200)
    try await stack.post("enable-user", ["email_address": "x@x.example"], as: user).expectProblem(403)
    try await stack.post("remove-role", body(user.id), as: manager).expectProblem(409, "role-unchanged")
    for endpoint in ["assign-role", "remove-role"] {
      try await stack.post(endpoint, body(foreign.id), as: manager).expectProblem(403, "missing-role")
      for unknown in [UUID(), otherRegion.id, otherPortal.id] {
        try await stack.post(endpoint, body(unknown), as: manager).expectProblem(404, "no-such-user")
      }
    }
    let roles = try await stack.database("ind1").count(
      "\(portal.rawValue)_user_roles",
      where: "\(portal.rawValue)_user_id = $1",
      foreign.id
    )
    #expect(roles == 0)
  }
}
