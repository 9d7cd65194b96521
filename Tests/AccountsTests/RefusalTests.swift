import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Everything is read and judged before the first write: a request that is refused for what it asks has written
/// nothing, in neither database. Counters of guesses are what refusals are for, and do not count here.
@Suite struct RefusalTests {
  /// The contents of a database: each row with the transaction that wrote it.
  private static func contents(_ database: PortalDatabase) async throws -> [[String?]] {
    let tables = try await database.rows(
      """
      SELECT relname::text FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '%throttles' ORDER BY 1
      """
    ).compactMap(\.first).compactMap(\.self)
    var contents: [[String?]] = []
    for table in tables {
      contents += try await database.rows(
        "SELECT '\(table)', row.xmin::text, row::text FROM \(table) AS row ORDER BY 3, 2"
      )
    }
    return contents
  }

  private static func expectNothingWritten(
    _ portals: PortalHarness,
    status: Int,
    _ request: () async throws -> PortalResponse,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = (try await contents(portals.global), try await contents(portals.regional))
    let response = try await request()
    #expect(response.status == status, "\(response)", sourceLocation: sourceLocation)
    let after = (try await contents(portals.global), try await contents(portals.regional))
    #expect(before == after, "\(response)", sourceLocation: sourceLocation)
  }

  @Test(arguments: PortalKind.allCases)
  func ofAnAccount(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let account = try await portals.account(kind, isAdmin: true)
      let disabled = try await portals.account(kind, of: account.tenant, status: "disabled")
      let token = kind.tokenPrefix + String(repeating: "0", count: 64)
      func expect(_ status: Int, _ endpoint: String, _ body: JSON, session: String? = nil) async throws {
        try await Self.expectNothingWritten(portals, status: status) {
          try await portals.post(kind.path(endpoint), body, session: session)
        }
      }
      try await expect(401, "login", account.loginBody("a wrong password"))
      try await expect(422, "login", disabled.loginBody())
      try await expect(401, "tfa", ["tfa_token": .string(token), "tfa_code": "000000"])
      try await expect(200, "request-password-reset", disabled.resetBody)
      try await expect(
        401,
        "complete-password-reset",
        ["reset_token": .string(token), "new_password": "another password"]
      )
      try await expect(
        401,
        "change-password",
        ["current_password": "a wrong password", "new_password": "another password"],
        session: account.session
      )
      try await expect(400, "set-language", ["language": "xx-XX"], session: account.session)
    }
  }

  @Test func ofAProfessional() async throws {
    try await PortalHarness.with { portals in
      let (account, other) = (try await portals.account(.hub), try await portals.account(.hub))
      let token = String(repeating: "0", count: 64)
      func expect(_ status: Int, _ endpoint: String, _ body: JSON) async throws {
        try await Self.expectNothingWritten(portals, status: status) {
          try await portals.post("/hub/\(endpoint)", body, session: account.session)
        }
      }
      try await expect(409, "request-signup", ["email_address": .string(other.email)])
      try await expect(403, "request-signup", ["email_address": "somebody@nowhere.example"])
      try await expect(409, "request-email-change", ["new_email_address": .string(other.email)])
      try await expect(401, "complete-email-change", ["verification_token": .string("IND1-\(token)")])
      try await expect(
        401,
        "complete-signup",
        [
          "signup_token": .string(token), "password": .string(TestAccount.password),
          "preferred_display_name": "Test Person", "home_region": "ind1", "preferred_language": "en-US",
          "resident_country_code": "DE",
        ]
      )
    }
  }

  @Test(arguments: PortalKind.tenants)
  func ofATenant(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let admin = try await portals.account(kind, isAdmin: true)
      let other = try await portals.account(kind, isAdmin: true)
      let tenant = try #require(admin.tenant)
      let taken = try #require(other.tenant).domain
      let (own, _) = try await portals.addDomain(to: tenant)
      func expect(_ status: Int, _ endpoint: String, _ body: JSON) async throws {
        try await Self.expectNothingWritten(portals, status: status) {
          try await portals.post(kind.path(endpoint), body, session: admin.session)
        }
      }
      try await expect(409, "claim-domain", ["domain": .string(own)])
      try await expect(409, "claim-domain", ["domain": .string(taken)])
      try await expect(400, "claim-domain", ["domain": "co.uk"])
      try await expect(404, "verify-domain", ["domain": .string(taken)])
      try await expect(409, "invite-user", ["email_address": .string(admin.email)])
      try await expect(422, "disable-user", ["email_address": .string(admin.email)])
      try await expect(404, "enable-user", ["email_address": .string(admin.email)])
      try await expect(404, "disable-user", ["email_address": .string(other.email)])
      let home: JSON = ["home_region": "ind1"]
      try await expect(409, "init-signup", home.with("email", .string("founder@\(taken)")))
      try await expect(400, "init-signup", home.with("email", "founder@gmail.com"))
      try await expect(
        404,
        "complete-signup",
        [
          "signup_token": .string(String(repeating: "0", count: 64)),
          "password": .string(TestAccount.password), "preferred_language": "en-US",
          "has_added_dns_record": true, "agrees_to_eula": true,
        ]
      )
    }
  }

  @Test func ofAnAdministrator() async throws {
    try await PortalHarness.with { portals in
      let admin = try await portals.account(
        .admin,
        roles: ["invite_users", "manage_users", "manage_domains"]
      )
      func expect(_ status: Int, _ endpoint: String, _ body: JSON) async throws {
        try await Self.expectNothingWritten(portals, status: status) {
          try await portals.post("/admin/\(endpoint)", body, session: admin.session)
        }
      }
      let approved: JSON = ["domain_name": .string(PortalHarness.approvedDomain), "reason": "a reason"]
      try await expect(409, "add-approved-domain", approved)
      try await expect(422, "enable-approved-domain", approved)
      try await expect(404, "disable-approved-domain", approved.with("domain_name", "nowhere.example"))
      try await expect(409, "invite-user", ["email_address": .string(admin.email)])
      try await expect(404, "disable-user", ["email_address": "nobody@example.com"])
    }
  }
}
