import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

@testable import TenantPortal

/// A domain that a tenant of another region has: only that region knows whether it is more than claimed.
@Suite struct ClaimantRegionTests {
  /// The other region is out of reach: whoever has no proof is told how to get one, and nobody gets the domain.
  @Test(arguments: PortalKind.tenants)
  func withoutTheClaimantsRegionNobodyGetsADomain(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let (claimant, domain) = (try await portals.makeTenant(kind), PortalHarness.unheardOfDomain())
    let rival = try await portals.account(kind, isAdmin: true)
    let signup = try await portals.beginSignup(kind, domain: domain)
    try await portals.global.rows(
      "INSERT INTO global_\(kind.tenant)_domains (domain, region, \(kind.tenantID)) VALUES ($1, 'usa1', $2) RETURNING ''",
      domain,
      claimant.id
    )
    func claim() async throws -> PortalResponse {
      try await portals.post(
        kind.path("claim-domain"),
        ["domain": .string(domain)],
        session: rival.session
      )
    }
    let refused = try await claim()
    refused.expectProblem(409, "domain-taken")
    let token = try #require(refused.json["verification_token"].string)
    portals.dns.set("_vetchium-verify.\(domain)", .records([token, signup.dnsToken]))
    let begin = { try await portals.initSignup(kind, "second@\(domain)") }
    let complete = { try await portals.complete(signup) }
    for request in [claim, begin, complete] {
      let answer = try await request()
      answer.expectProblem(503, "region-unavailable")
      #expect(answer.header("Retry-After").flatMap { Int($0) } ?? 0 > 0)
    }
    let owner = try await portals.global.text(
      "SELECT \(kind.tenantID)::text FROM global_\(kind.tenant)_domains WHERE domain = $1",
      domain
    )
    #expect(owner == claimant.id.uuidString.lowercased())
    let unspent = try await portals.global.count(
      kind.table("signup_tokens"),
      where: "domain = $1 AND consumed_at IS NULL",
      domain
    )
    #expect(unspent == 1)
  }

  @Test func aQuestionIsReadAsItWasWritten() throws {
    let region = try #require(RegionCode(rawValue: "usa1"))
    let holder = DomainHolder(domain: "acme.test", tenant: UUID(), region: region)
    for isProven in [true, false] {
      let question = DomainReleaseQuestion(holder, isProven: isProven)
      #expect(DomainReleaseQuestion("/internal/org/release-domain" + question.query) == question)
    }
  }

  private static let tenant = "tenant=0b4f9c0e-0000-4000-8000-000000000001"

  @Test(arguments: [
    "", "?", "?\(tenant)", "?\(tenant)&domain=acme.test", "?\(tenant)&domain=acme.test&proven=yes",
    "?\(tenant)&domain=acme.test&proven=true&proven=false", "?domain=acme.test&\(tenant)&proven=true",
    "?\(tenant)&domain=acme&proven=true", "?\(tenant)&domain=&proven=true",
    "?tenant=x&domain=acme.test&proven=true",
    "?\(tenant)&domain=acme.test&proven", "?\(tenant)&domain=acme.test%00&proven=true",
  ])
  func anythingElseIsNoQuestion(_ query: String) {
    #expect(DomainReleaseQuestion("/internal/org/release-domain" + query) == nil)
  }
}
