import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// Logging in by domain and address, and what an account can do, in both portals. The flows themselves are tested on the hub's.
@Suite struct TenantAccountTests {
  @Test(arguments: TenantPortalName.allCases)
  func aLoginAcrossRegions(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal, home: "deu1")
    let (email, domain) = (founder.signup.email, founder.signup.domain)
    let answer = try await stack.login(portal, email.uppercased(), at: domain.uppercased(), home: "deu1")
    #expect(answer.status == 200, "\(answer)")
    #expect(answer.json.names == ["session_token", "preferred_language", "\(portal.tenant)_name"])
    #expect(answer.json["\(portal.tenant)_name"] == .string(domain))
    let session = try #require(answer.json["session_token"].string)
    #expect(session.hasPrefix("DEU1-"))

    // Any of the tenant's domains stands for it, proven or not.
    let second = PrivateDNS.unheardOfDomain()
    #expect(try await founder.post("claim-domain", ["domain": .string(second)]).status == 201)
    #expect(try await stack.loginAnswer(portal, email, at: second).status == 200)

    try await stack.client("ind1").post(portal.path("set-language"), ["language": "de-DE"], session: session)
      .expectStatus(200)
    let german = try await stack.login(portal, email, at: domain, home: "deu1")
    #expect(german.json["preferred_language"] == "de-DE")
    #expect(
      try await stack.mail("\(portal.rawValue)_tfa", to: email, in: "deu1")?.contains("Bestaetigungscode")
        == true
    )
    try await stack.client("ind1").post(portal.path("logout"), [:], session: session).expectStatus(200)
    try await stack.client("ind1").post(portal.path("logout"), [:], session: session)
      .expectProblem(401, "unauthorized")
    #expect(try await stack.client("ind1").get(portal.path("myinfo"), session: founder.session).status == 200)
  }

  @Test(arguments: TenantPortalName.allCases)
  func whoCannotLogIn(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let (email, domain) = (founder.signup.email, founder.signup.domain)
    let other = try await stack.founder(portal, home: "usa1")
    try await stack.loginAnswer(portal, email, at: PrivateDNS.unheardOfDomain())
      .expectProblem(404, "no-such-domain")
    try await stack.loginAnswer(portal.other, email, at: domain).expectProblem(404, "no-such-domain")
    try await stack.loginAnswer(portal, "nobody@\(domain)", at: domain).expectProblem(401, "unauthorized")
    try await stack.loginAnswer(portal, email, at: other.signup.domain).expectProblem(401, "unauthorized")
    try await stack.loginAnswer(portal, email, at: domain, "wrong horse battery")
      .expectProblem(401, "unauthorized")
    try await stack.loginAnswer(portal, email, at: domain, "short")
      .expectProblem(400, "invalid-fields", fields: ["password"])
    try await stack.client("ind1").post(portal.path("login"), [:])
      .expectProblem(400, "invalid-fields", fields: ["email", "domain", "password"])
    try await stack.client("ind1").post(portal.path("tfa"), ["tfa_token": "x", "tfa_code": "123456"])
      .expectProblem(400, "malformed-token", fields: ["tfa_token"])
    // Somebody invited has no password.
    let invited = "invited@\(domain)"
    #expect(try await founder.invite(invited).status == 201)
    try await stack.loginAnswer(portal, invited, at: domain).expectProblem(401, "unauthorized")
    // Disabled: said only to who knows the password.
    try await stack.database("deu1").rows(
      "UPDATE \(portal.rawValue)_users SET status = 'disabled' WHERE email_address = $1 RETURNING ''",
      email
    )
    try await stack.loginAnswer(portal, email, at: domain).expectProblem(422, "inactive-account")
    try await stack.loginAnswer(portal, email, at: domain, "wrong horse battery")
      .expectProblem(401, "unauthorized")
  }

  @Test(arguments: TenantPortalName.allCases)
  func wrongPasswordsAreThrottledPerTenant(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let (email, domain) = (founder.signup.email, founder.signup.domain)
    for _ in 1...10 {
      try await stack.loginAnswer(portal, email, at: domain, "wrong horse battery").expectProblem(401)
    }
    try await stack.loginAnswer(portal, email, at: domain).expectProblem(429, "too-many-requests")
  }

  @Test(arguments: TenantPortalName.allCases)
  func passwords(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let (email, domain) = (founder.signup.email, founder.signup.domain)
    let texts = try await together(3) { number in
      let account: (String, String) =
        [(email, domain), ("nobody@\(domain)", domain), (email, PrivateDNS.unheardOfDomain())][number]
      let answer = try await stack.client("ind1").post(
        portal.path("request-password-reset"),
        ["email_address": .string(account.0), "domain": .string(account.1)]
      )
      #expect(answer.status == 200)
      return String(decoding: answer.body, as: UTF8.self)
    }
    #expect(Set(texts).count == 1)
    let text = try await stack.mail("\(portal.rawValue)_password_reset", to: email, in: "deu1")
    let token = try #require(text?.firstMatch(of: /token=(DEU1-[0-9a-f]{64})/)).1.description
    let body: JSON = ["reset_token": .string(token), "new_password": "another horse battery"]
    let statuses = try await together(2) { _ in
      try await stack.client("usa1").postPatiently(portal.path("complete-password-reset"), body).status
    }
    #expect(statuses.sorted() == [200, 401])
    #expect(try await stack.client("ind1").get(portal.path("myinfo"), session: founder.session).status == 401)
    try await stack.loginAnswer(portal, email, at: domain).expectProblem(401, "unauthorized")
    #expect(try await stack.loginAnswer(portal, email, at: domain, "another horse battery").status == 200)
    try await stack.client("usa1").post(portal.path("request-password-reset"), [:])
      .expectProblem(400, "invalid-fields", fields: ["email_address", "domain"])
  }

  @Test(arguments: TenantPortalName.allCases)
  func changingThePasswordKeepsTheSessionThatAsks(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let other = try await stack.login(portal, founder.signup.email, at: founder.signup.domain, home: "deu1")
    let session = try #require(other.json["session_token"].string)
    let change: JSON = [
      "current_password": .string(Person.password), "new_password": "another horse battery",
    ]
    try await founder.post("change-password", change.with("current_password", "wrong horse battery"))
      .expectProblem(401, "unauthorized")
    try await founder.post("change-password", change).expectStatus(200)
    #expect(try await stack.client("ind1").get(portal.path("myinfo"), session: founder.session).status == 200)
    #expect(try await stack.client("ind1").get(portal.path("myinfo"), session: session).status == 401)
  }
}

extension HTTPAnswer {
  func expectStatus(_ status: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
  }
}
