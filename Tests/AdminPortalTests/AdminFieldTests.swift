import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// The endpoints about administrators and domains name the members that are missing or wrong, in order.
@Suite struct AdminFieldTests {
  struct Case: Sendable, CustomStringConvertible {
    let path: String
    let body: JSON
    let fields: [String]

    init(_ name: String, _ body: JSON, _ fields: [String]) {
      path = "/admin/\(name)"
      self.body = body
      self.fields = fields
    }

    var description: String { "\(path) \(String(String(decoding: body.data, as: UTF8.self).prefix(120)))" }
  }

  static func text(_ length: Int) -> JSON { .string(String(repeating: "a", count: length)) }

  static let addresses: [JSON] = [
    nil, "", 7, "no-at-sign", "a+b@example.com", " a@example.com", "a@example", "a\0@example.com", text(257),
  ]
  static let domains: [JSON] = [
    nil, "", 3, ["a.example"], "not-a-domain", "a", "a.", ".a", "-a.example", "a-.example", "a..example",
    "exa mple.com", "exämple.com", "a_b.example", "a.example.", " a.example", "a\0.example",
    .string(String(repeating: "a", count: 64) + ".example"),
    .string(String(repeating: "aaaaaaaaa.", count: 25) + "example"),
  ]
  static let reasons: [JSON] = [
    nil, "", " \n\t", 1, ["a"], text(257), "nul\0", "\u{3164}", "\u{301}", "a\u{2066}", "\u{1B}[31m",
    text(900_000),
  ]
  static let ids: [JSON] = [
    nil, "", 1, "not-a-uuid", "00000000-0000-0000-0000-00000000000",
    "0000000000000000000000000000000000000000",
    "{00000000-0000-0000-0000-000000000000}",
  ]
  static let roles: [JSON] = [
    nil, "", 1, "invalid_role_name", "org:manage_users", "agency:invite_users", "admin:view_users",
    "ADMIN:MANAGE_USERS", " admin:manage_users",
  ]
  /// Neither an integer nor in a range that begins with 1.
  static let limits: [JSON] = [0, -1, "10", .number(1.5), true, [1], .number(-1e300)]
  static let cursors: [JSON] = [1, "invalid-base64-cursor!@#", "enp6fA", "fA==", ["a"]]
  static let names: [JSON] = [
    nil, "", "   ", "R2D2", "a@b", "Ada.", "Ada\0", "👩", 1, text(129), "\u{3164}", "\u{1160}\u{301}",
    "Ada\u{202A}", "Ada\u{85}\u{9F}",
  ]

  /// A valid body with one member that is wrong, once for each value.
  static func each(_ name: String, _ valid: JSON, _ field: String, _ values: [JSON]) -> [Case] {
    values.map { Case(name, valid.with(field, $0), [field]) }
  }

  static let users: [Case] = {
    var cases: [Case] = []
    for name in ["disable-user", "enable-user"] {
      cases.append(Case(name, [:], ["email_address"]))
      cases += each(name, [:], "email_address", addresses)
    }
    let role: JSON = [
      "target_user_id": "00000000-0000-0000-0000-000000000000", "role_name": "admin:manage_users",
    ]
    for name in ["assign-role", "remove-role"] {
      cases.append(Case(name, [:], ["target_user_id", "role_name"]))
      cases += each(name, role, "target_user_id", ids)
      cases += each(name, role, "role_name", roles)
    }
    cases += each("filter-users", [:], "limit", limits)
    cases += each("filter-users", [:], "cursor", cursors)
    cases += each("filter-users", [:], "filter_email", ["a\0", 1])
    for filter in ["filter_email", "filter_name", "filter_status", "cursor"] {
      cases += each("filter-users", [:], filter, [.string(String(repeating: "%", count: 900_000))])
    }
    let all: JSON = ["filter_status": 1, "filter_name": [], "filter_email": 2, "cursor": 3, "limit": "x"]
    cases.append(
      Case("filter-users", all, ["limit", "cursor", "filter_email", "filter_name", "filter_status"])
    )
    return cases
  }()

  static let invitations: [Case] = {
    let valid: JSON = ["email_address": "a@example.com"]
    let languages: [JSON] = ["fr-FR", "en-us", "en", 1, ["en-US"]]
    let both: JSON = ["email_address": "x", "invite_email_language": "fr-FR"]
    var cases = [
      Case("invite-user", [:], ["email_address"]),
      Case("invite-user", both, ["email_address", "invite_email_language"]),
    ]
    cases += each("invite-user", valid, "email_address", addresses)
    cases += each("invite-user", valid, "invite_email_language", languages)
    return cases
  }()

  static let setups: [Case] = {
    let valid: JSON = ["invitation_token": "x", "password": "long enough it is", "full_name": "Ada"]
    let wrong: JSON = [
      "invitation_token": "x", "password": "short", "full_name": "R2D2", "preferred_language": "fr-FR",
    ]
    var cases = [
      Case("complete-setup", [:], ["invitation_token", "password", "full_name"]),
      Case("complete-setup", wrong, ["password", "full_name", "preferred_language"]),
    ]
    cases += each("complete-setup", valid, "invitation_token", [nil, "", 5])
    cases += each("complete-setup", valid, "password", [nil, "", "12345678901", text(65), 1])
    cases += each("complete-setup", valid, "full_name", names)
    cases += each("complete-setup", valid, "preferred_language", ["fr-FR", "en-us", 1, ["de-DE"]])
    return cases
  }()

  static let domainChanges: [Case] = {
    let valid: JSON = ["domain_name": "valid.example", "reason": "a reason"]
    return ["add-approved-domain", "disable-approved-domain", "enable-approved-domain"].flatMap { name in
      [Case(name, [:], ["domain_name", "reason"])] + each(name, valid, "domain_name", domains)
        + each(name, valid, "reason", reasons)
    }
  }()

  static let domainReads: [Case] = {
    let (details, list) = ("get-approved-domain", "list-approved-domains")
    let valid: JSON = ["domain_name": "a.example"]
    let both: JSON = ["audit_cursor": 1, "audit_limit": 0]
    let tooMany: [JSON] = [101, .number(1e300)]
    var cases = [Case(details, both, ["domain_name", "audit_limit", "audit_cursor"])]
    cases += each(details, valid, "domain_name", domains)
    cases += each(details, valid, "audit_limit", limits + tooMany)
    cases += each(details, valid, "audit_cursor", cursors)
    cases += each(list, [:], "limit", limits + tooMany)
    cases += each(list, [:], "cursor", cursors)
    cases += each(list, [:], "filter", ["", "ACTIVE", "none", 1, ["all"]])
    let three: JSON = ["search": 1, "filter": 2, "limit": .number(3.5)]
    cases.append(Case(list, three, ["search", "filter", "limit"]))
    // A cursor of the other order: by name with a search, by similarity without.
    let search: JSON = ["search": "a"]
    cases += each(list, search, "cursor", ["YS5leGFtcGxl", "MS41fGEuZXhhbXBsZQ==", "bmFufGEuZXhhbXBsZQ=="])
    cases += each(list, [:], "cursor", ["MC41fGEuZXhhbXBsZQ=="])
    return cases
  }()

  @Test(arguments: users + invitations + setups + domainChanges + domainReads)
  func wrongFieldsAreNamedInOrder(_ wrong: Case) async throws {
    let portals = try await PortalHarness.shared
    let response = try await portals.post(wrong.path, wrong.body, session: Self.session)
    response.expectProblem(400, "invalid-fields", fields: wrong.fields)
  }

  /// The session of one administrator, for all cases.
  private static var session: String { get async throws { try await everybody.value } }
  private static let everybody = Task {
    try await PortalHarness.shared.account(.admin, roles: AdminAccessTests.allRoles).session
  }

  @Test func theLongestThatIsAllowed() async throws {
    let portals = try await PortalHarness.shared
    let session = try await Self.session
    let labels = String(repeating: String(repeating: "a", count: 49) + ".", count: 4)
    // 200 characters, and a number that makes it new.
    let domain = labels + "n\(UInt64.random(in: 0 ... .max)).example"
    for reason in [Self.text(256), .string(String(repeating: "ü", count: 256))] {
      let body: JSON = ["domain_name": .string(domain), "reason": reason]
      let response = try await portals.post("/admin/add-approved-domain", body, session: session)
      #expect(response.status == 201 || response.status == 409, "\(response)")
    }
    // Blanks around a reason do not count.
    let padded = String(repeating: " ", count: 50) + String(repeating: "a", count: 256) + "\n"
    let body: JSON = ["domain_name": .string(domain), "reason": .string(padded)]
    try await portals.post("/admin/disable-approved-domain", body, session: session).expect(200)
  }

  @Test(
    arguments: AdminAccessTests.protected.map(\.name) + ["complete-setup"],
    ["", " ", "{", "[]", "\"{}\"", "1", "null", "{} {}", "{\"a\":1,}"]
  )
  func aBodyIsOneObject(_ name: String, _ body: String) async throws {
    let bearer = [("Authorization", "Bearer \(try await Self.session)")]
    try await PortalHarness.shared.send("POST", "/admin/\(name)", headers: bearer, body: Data(body.utf8))
      .expectProblem(400, "malformed-body")
  }

  @Test(arguments: AdminAccessTests.protected.map(\.name))
  func everyEndpointIsThereForPostOnly(_ name: String) async throws {
    let portals = try await PortalHarness.shared
    for method in ["GET", "PUT", "DELETE"] {
      let response = try await portals.send(method, "/admin/\(name)")
      response.expectProblem(405, "method-not-allowed")
      #expect(response.header("Allow") == "POST, OPTIONS")
    }
    try await portals.post("/admin/\(name)/", [:]).expectProblem(404, "not-found")
  }
}
