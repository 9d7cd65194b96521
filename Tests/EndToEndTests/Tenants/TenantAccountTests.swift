import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// Logging in by domain and address across regions, in both portals.
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
    let code = try await stack.queuedMail("\(portal.rawValue)_tfa", to: email, in: "deu1")
    #expect(code?.text.contains("Bestätigungscode") == true)
    try await stack.client("ind1").post(portal.path("logout"), [:], session: session).expectStatus(200)
    try await stack.client("ind1").post(portal.path("logout"), [:], session: session)
      .expectProblem(401, "unauthorized")
    #expect(try await stack.client("ind1").get(portal.path("myinfo"), session: founder.session).status == 200)
  }
}

extension HTTPAnswer {
  func expectStatus(_ status: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
  }
}
