import FoundationEssentials
import TestSupport
import Testing

/// What each endpoint says of wrong input, in both portals; signups' and domains' are with their flows.
@Suite struct TenantFieldTests {
  struct Case: Sendable, CustomStringConvertible {
    let endpoint: String
    let body: JSON
    let fields: [String]
    var needsSession = true
    var description: String { "\(endpoint) \(body)" }
  }

  private static let password = JSON.string(Person.password)

  static let cases = [
    Case(endpoint: "set-language", body: [:], fields: ["language"]),
    Case(endpoint: "set-language", body: ["language": "en-us"], fields: ["language"]),
    Case(endpoint: "set-language", body: ["language": 1], fields: ["language"]),
    Case(endpoint: "change-password", body: [:], fields: ["current_password", "new_password"]),
    Case(
      endpoint: "change-password",
      body: ["current_password": password, "new_password": password],
      fields: ["new_password"]
    ),
    Case(endpoint: "invite-user", body: [:], fields: ["email_address"]),
    Case(endpoint: "invite-user", body: ["email_address": "a+b@example.com"], fields: ["email_address"]),
    Case(
      endpoint: "invite-user",
      body: ["email_address": "no address", "invite_email_language": "fr-FR"],
      fields: ["email_address", "invite_email_language"]
    ),
    Case(endpoint: "claim-domain", body: [:], fields: ["domain"]),
    Case(endpoint: "claim-domain", body: ["domain": "com"], fields: ["domain"]),
    Case(endpoint: "claim-domain", body: ["domain": "a_b.example"], fields: ["domain"]),
    Case(
      endpoint: "login",
      body: ["email": "x", "domain": "x"],
      fields: ["email", "domain", "password"],
      needsSession: false
    ),
    Case(
      endpoint: "init-signup",
      body: ["email": "a@gmail.com", "home_region": "sgp1"],
      fields: ["email", "home_region"],
      needsSession: false
    ),
    Case(endpoint: "tfa", body: [:], fields: ["tfa_token", "tfa_code"], needsSession: false),
    Case(
      endpoint: "tfa",
      body: ["tfa_token": "x", "tfa_code": "12345", "remember_me": "yes"],
      fields: ["tfa_code", "remember_me"],
      needsSession: false
    ),
    Case(
      endpoint: "complete-password-reset",
      body: ["reset_token": "", "new_password": "short"],
      fields: ["reset_token", "new_password"],
      needsSession: false
    ),
    Case(
      endpoint: "complete-setup",
      body: ["full_name": "R2D2", "preferred_language": "fr-FR"],
      fields: ["invitation_token", "password", "full_name", "preferred_language"],
      needsSession: false
    ),
  ]

  @Test(arguments: TenantPortalName.allCases, cases)
  func wrongFieldsAreNamed(portal: TenantPortalName, wrong: Case) async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.colleague(try await stack.tenant(portal), isAdmin: true)
    try await stack.client("usa1").post(
      portal.path(wrong.endpoint),
      wrong.body,
      session: wrong.needsSession ? admin.session : nil
    ).expectProblem(400, "invalid-fields", fields: wrong.fields)
  }

  /// Tokens of the right form that nobody has, and of regions that do not exist.
  @Test(arguments: TenantPortalName.allCases)
  func tokensThatNobodyHas(portal: TenantPortalName) async throws {
    let client = try await TestStack.shared.client("ind1")
    let unknown = "DEU1-" + String(repeating: "0", count: 64)
    for token in [unknown, "XXX9" + unknown.dropFirst(4), "nonsense"] {
      let tfa = try await client.post(
        portal.path("tfa"),
        ["tfa_token": .string(token), "tfa_code": "123456"]
      )
      if token == unknown {
        tfa.expectProblem(401, "unauthorized")
      } else {
        tfa.expectProblem(400, "malformed-token", fields: ["tfa_token"])
      }
      try await client.post(
        portal.path("complete-password-reset"),
        ["reset_token": .string(token), "new_password": Self.password]
      ).expectProblem(401, "unauthorized")
    }
  }

  /// The fifth wrong code is still answered as one; everything after it as a token that is not there.
  @Test(arguments: TenantPortalName.allCases)
  func fiveWrongCodesEndALogin(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let login = try await stack.loginAnswer(portal, founder.signup.email, at: founder.signup.domain)
    let text = try await stack.mail("\(portal.rawValue)_tfa", to: founder.signup.email, in: "deu1")
    let code = try #require(text?.firstMatch(of: /\b[0-9]{6}\b/)).0.description
    let wrong = code == "000000" ? "000001" : "000000"
    func enter(_ code: String) async throws -> HTTPAnswer {
      try await stack.client("usa1").post(
        portal.path("tfa"),
        ["tfa_token": login.json["tfa_token"], "tfa_code": .string(code)]
      )
    }
    for _ in 1...5 { try await enter(wrong).expectProblem(403, "wrong-code") }
    try await enter(code).expectProblem(401, "unauthorized")
  }
}
