import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// The endpoints of both portals name the members that are missing or wrong, in the contract's order.
@Suite struct TenantFieldTests {
  struct Case: Sendable, CustomStringConvertible {
    let endpoint: String
    let body: JSON
    let fields: [String]

    init(_ endpoint: String, _ body: JSON, _ fields: String...) {
      self.endpoint = endpoint
      self.body = body
      self.fields = fields
    }

    var description: String {
      "\(endpoint) \(String(String(decoding: body.data, as: UTF8.self).prefix(120)))"
    }
  }

  static func text(_ length: Int) -> JSON { .string(String(repeating: "a", count: length)) }

  static let addresses: [JSON] = [
    nil, "", 7, "no-at-sign", "a+b@example.com", " a@example.com", "a@example", "a\0@example.com", text(257),
  ]
  static let domains: [JSON] = [
    nil, "", 3, ["a.example"], "com", "a.", "-a.example", "a-.example", "a..example", "exämple.com",
    "a_b.example",
    "a.example.", " a.example", "1.2", "192.0.2.1", .string(String(repeating: "a", count: 64) + ".example"),
  ]
  /// The record's name would have 254 characters.
  static let domainWithoutRecord = String(repeating: "aaaaaaaaa.", count: 23) + "example"
  static let passwords: [JSON] = [nil, "", "12345678901", text(65), 1]
  static let languages: [JSON] = ["fr-FR", "en-us", "en", 1, ["de-DE"]]

  /// All of the contract's list; none of them may begin a signup.
  static let personalMailProviders = [
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.in", "yahoo.co.uk", "yahoo.de", "yahoo.fr",
    "yahoo.ca",
    "yahoo.com.au", "yahoo.com.br", "yahoo.co.jp", "ymail.com", "hotmail.com", "hotmail.co.uk", "hotmail.de",
    "hotmail.fr", "outlook.com", "outlook.in", "live.com", "live.in", "msn.com", "aol.com", "protonmail.com",
    "proton.me", "icloud.com", "me.com", "mac.com", "mail.com", "zoho.com", "yandex.com", "yandex.ru",
    "gmx.com",
    "gmx.de", "gmx.net", "web.de", "rediffmail.com", "fastmail.com", "tutanota.com", "hey.com", "GMAIL.COM",
    "Gmail.Com",
  ]

  // MARK: Signups

  private static let signup: JSON = ["email": "somebody@company.example", "home_region": "ind1"]
  private static let completion = TenantSignup.body()

  /// A valid body with one member that is wrong, once for each value.
  static func each(_ endpoint: String, _ valid: JSON, _ field: String, _ values: [JSON]) -> [Case] {
    values.map { Case(endpoint, valid.with(field, $0), field) }
  }

  static let signups: [Case] = {
    let tokens: [JSON] = [
      nil, "", "x", .string("IND1-" + String(repeating: "0", count: 64)),
      .string(String(repeating: "A", count: 64)), 1,
    ]
    let both: JSON = ["email": "a@web.de", "home_region": "sgp1"]
    var cases = [
      Case("init-signup", [:], "email", "home_region"),
      Case("init-signup", both, "email", "home_region"),
      Case("get-signup-details", [:], "signup_token"),
      Case(
        "complete-signup",
        [:],
        "signup_token",
        "password",
        "preferred_language",
        "has_added_dns_record",
        "agrees_to_eula"
      ),
    ]
    cases += each("init-signup", signup, "email", addresses)
    // The part behind the @ must be a domain that can be proven.
    cases += each("init-signup", signup, "email", ["a@-x.example", "a@x-.example", "a@x..example"])
    cases += each("init-signup", signup, "email", [.string("a@\(domainWithoutRecord)")])
    cases += each("init-signup", signup, "home_region", [nil, "", "nowhere", "sgp1", "ind", " ind1", 1])
    cases += each("get-signup-details", [:], "signup_token", tokens)
    cases += each("complete-signup", completion, "signup_token", tokens)
    cases += each("complete-signup", completion, "password", passwords)
    cases += each("complete-signup", completion, "preferred_language", [nil, "", 1, text(900_000)])
    // By itself a language is judged behind the token, and beside other fields with them.
    cases.append(
      Case(
        "complete-signup",
        completion.with("password", "short").with("preferred_language", "fr-FR").with(
          "agrees_to_eula",
          false
        ),
        "password",
        "preferred_language",
        "agrees_to_eula"
      )
    )
    for flag in ["has_added_dns_record", "agrees_to_eula"] {
      cases += each("complete-signup", completion, flag, [nil, false, "true", 1])
    }
    return cases
  }()

  @Test(arguments: PortalKind.tenants, signups)
  func whatIsWrongWithASignupIsNamed(_ kind: PortalKind, _ wrong: Case) async throws {
    try await PortalHarness.shared.post(kind.path(wrong.endpoint), wrong.body)
      .expectProblem(400, "invalid-fields", fields: wrong.fields)
  }

  @Test(arguments: PortalKind.tenants, personalMailProviders)
  func noSignupFromAPersonalMailProvider(_ kind: PortalKind, _ domain: String) async throws {
    let body = Self.signup.with("email", .string("somebody@\(domain)"))
    let response = try await PortalHarness.shared.post(kind.path("init-signup"), body)
    response.expectInvalid("email")
    #expect(response.json["errors"][0]["message"].string?.contains("personal email") == true)
  }

  /// The names are compared as a whole.
  @Test func aSubDomainOfAPersonalMailProviderIsNone() async throws {
    let label = "l\(UInt64.random(in: .min ... .max))"
    for domain in ["\(label).gmail.com", "\(label)gmail.com"] {
      let body = Self.signup.with("email", .string("somebody@\(domain)"))
      try await PortalHarness.shared.post("/org/init-signup", body).expect(200)
    }
  }

  @Test(arguments: PortalKind.tenants)
  func aRegionMayBeWrittenInAnyLetterCaseAndIsForwardedTo(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let email = "somebody@\(PortalHarness.unheardOfDomain())"
    try await portals.initSignup(kind, email, home: "USA1").expectProblem(503, "region-unavailable")
    try await portals.initSignup(kind, email, home: "IND1").expect(200)
  }

  // MARK: Users and domains

  static let users: [Case] = {
    let all: JSON = ["filter_status": 1, "filter_name": [], "filter_email": 2, "cursor": 3, "limit": "x"]
    let both: JSON = ["email_address": "no address", "invite_email_language": "fr-FR"]
    var cases = [
      Case("invite-user", [:], "email_address"),
      Case("invite-user", both, "email_address", "invite_email_language"),
      Case("filter-users", all, "limit", "cursor", "filter_email", "filter_name", "filter_status"),
      Case("filter-users", ["filter_email": "a\0"], "filter_email"),
      Case("assign-role", [:], "target_user_id", "role_name"),
      Case("remove-role", [:], "target_user_id", "role_name"),
      Case("list-domains", ["pagination_key": 1], "pagination_key"),
    ]
    for endpoint in ["invite-user", "disable-user", "enable-user"] {
      cases += each(endpoint, [:], "email_address", addresses)
    }
    cases += each("invite-user", ["email_address": "a@example.com"], "invite_email_language", languages)
    cases += each("filter-users", [:], "limit", [0, -1, "10", .number(1.5), true, [1]])
    cases += each("filter-users", [:], "cursor", [1, "invalid-base64-cursor!@#", "enp6fA", "fA==", ["a"]])
    for endpoint in ["claim-domain", "verify-domain", "get-domain-status"] {
      cases += each(endpoint, [:], "domain", domains)
    }
    cases += each("claim-domain", [:], "domain", [.string(domainWithoutRecord)])
    let long = JSON.string(String(repeating: "%", count: 900_000))
    for filter in ["filter_email", "filter_name", "filter_status", "cursor"] {
      cases += each("filter-users", [:], filter, [long])
    }
    cases += each("list-domains", [:], "pagination_key", [long])
    return cases
  }()

  static let setups: [Case] = {
    let valid: JSON = ["invitation_token": "x", "password": "long enough it is", "full_name": "Ada"]
    let wrong: JSON = ["full_name": "R2D2", "preferred_language": "fr-FR"]
    var cases = [
      Case("complete-setup", [:], "invitation_token", "password", "full_name"),
      Case("complete-setup", wrong, "invitation_token", "password", "full_name", "preferred_language"),
    ]
    cases += each("complete-setup", valid, "invitation_token", [nil, "", 1])
    cases += each("complete-setup", valid, "password", passwords)
    cases += each(
      "complete-setup",
      valid,
      "full_name",
      [
        nil, "", "   ", "R2D2", "a@b", "Ada.", "Ada\0", 1, text(129), "\u{3164}", "\u{FFA0} \u{115F}",
        "\u{301}",
        "Ada\u{202E}", "Ada\u{7}", text(900_000),
      ]
    )
    cases += each("complete-setup", valid, "preferred_language", languages)
    return cases
  }()

  @Test(arguments: PortalKind.tenants, users + setups)
  func whatIsWrongIsNamedInOrder(_ kind: PortalKind, _ wrong: Case) async throws {
    try await PortalHarness.shared.post(kind.path(wrong.endpoint), wrong.body, session: Self.session(kind))
      .expectProblem(400, "invalid-fields", fields: wrong.fields)
  }

  @Test(arguments: PortalKind.tenants)
  func onlyThisPortalsRolesAreRoles(_ kind: PortalKind) async throws {
    let id = JSON.string("00000000-0000-0000-0000-000000000000")
    let roles: [JSON] = [
      nil, "", 1, "manage_users", .string(kind.other.role("manage_users")), "admin:manage_users",
      "admin:manage_domains",
      .string(kind.role("superadmin")), .string(kind.role("MANAGE_USERS")),
    ]
    for endpoint in ["assign-role", "remove-role"] {
      for role in roles {
        let body: JSON = ["target_user_id": id, "role_name": role]
        try await PortalHarness.shared.post(kind.path(endpoint), body, session: Self.session(kind))
          .expectInvalid("role_name")
      }
      for target in [nil, "", "x", 1, "00000000-0000-0000-0000-00000000000"] as [JSON] {
        let body: JSON = ["target_user_id": target, "role_name": .string(kind.role("manage_users"))]
        try await PortalHarness.shared.post(kind.path(endpoint), body, session: Self.session(kind))
          .expectInvalid("target_user_id")
      }
    }
  }

  @Test(
    arguments: PortalKind.tenants,
    ["", " ", "{", "[]", "\"{}\"", "1", "null", "{} {}", "{\"a\":1,}"]
  )
  func aBodyIsOneObject(_ kind: PortalKind, _ body: String) async throws {
    let bearer = [("Authorization", "Bearer \(try await Self.session(kind))")]
    let endpoints = [
      "init-signup", "get-signup-details", "complete-signup", "complete-setup", "invite-user", "filter-users",
      "disable-user", "enable-user", "assign-role", "remove-role", "claim-domain", "verify-domain",
      "get-domain-status", "list-domains",
    ]
    for endpoint in endpoints {
      let response = try await PortalHarness.shared.send(
        "POST",
        kind.path(endpoint),
        headers: bearer,
        body: Data(body.utf8)
      )
      response.expectProblem(400, "malformed-body")
    }
  }

  /// The session of one administrator of each portal, for all cases.
  private static func session(_ kind: PortalKind) async throws -> String {
    try await (kind == .org ? employer : agency).value
  }
  private static let employer = Task { try await PortalHarness.shared.account(.org, isAdmin: true).session }
  private static let agency = Task { try await PortalHarness.shared.account(.agency, isAdmin: true).session }
}
