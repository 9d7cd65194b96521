import FoundationEssentials
import TestSupport
import Testing

/// Checks of domains against a real name server, in both portals.
@Suite struct TenantDomainTests {
  private static let token = String(repeating: "0123456789abcdef", count: 4)

  private static func withClaim(
    _ portal: TenantPortalName,
    _ body: (TestStack, PrivateDNS, Colleague, String) async throws -> Void
  ) async throws {
    let stack = try await TestStack.shared
    let tenant = try await stack.tenant(portal)
    let admin = try await stack.colleague(tenant, isAdmin: true)
    let domain = PrivateDNS.unheardOfDomain()
    try await stack.claim(domain, tenant, token: token)
    try await body(stack, try await PrivateDNS.shared, admin, domain)
  }

  private static func verify(_ domain: String, _ stack: TestStack, _ admin: Colleague) async throws
    -> HTTPAnswer
  {
    try await stack.post("verify-domain", ["domain": .string(domain.uppercased())], as: admin)
  }

  private static func status(_ domain: String, _ stack: TestStack, _ admin: Colleague) async throws -> JSON {
    try await stack.post("get-domain-status", ["domain": .string(domain)], as: admin).json
  }

  /// The claimant is at home in another region, whose server is asked to let go; the request lands in a third one.
  @Test(arguments: TenantPortalName.allCases)
  func aProofDisplacesAClaimInAnotherRegion(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let claimant = try await stack.colleague(stack.tenant(portal, home: "usa1"), isAdmin: true)
    let rival = try await stack.colleague(stack.tenant(portal, home: "ind1"), isAdmin: true)
    let body: JSON = ["domain": .string(PrivateDNS.unheardOfDomain())]
    func claim(as colleague: Colleague) async throws -> HTTPAnswer {
      try await stack.post("claim-domain", body, as: colleague, via: "deu1")
    }
    #expect(try await claim(as: claimant).status == 201)
    let refused = try await claim(as: rival)
    refused.expectProblem(409, "domain-taken")
    let name = try #require(refused.json["dns_record_name"].string)
    try await PrivateDNS.shared.setTXT(name, try #require(refused.json["verification_token"].string))
    let displaced = try await claim(as: rival)
    #expect(displaced.status == 201 && displaced.json["status"] == "VERIFIED", "\(displaced)")
    try await stack.post("get-domain-status", body, as: claimant).expectProblem(404, "no-such-domain")
    #expect(try await stack.post("get-domain-status", body, as: rival).json["status"] == "VERIFIED")
    let mails = try await stack.database("usa1").count(
      "emails",
      where: "email_to = $1 AND email_type = $2::text::email_type",
      claimant.email,
      "\(portal.rawValue)_domain_displaced"
    )
    #expect(mails == 1)
  }

  /// Nobody without the platform's keys can have a claim released.
  @Test(arguments: TenantPortalName.allCases)
  func strangersCannotHaveAClaimReleased(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let claimant = try await stack.colleague(stack.tenant(portal, home: "usa1"), isAdmin: true)
    let domain = PrivateDNS.unheardOfDomain()
    let body: JSON = ["domain": .string(domain)]
    #expect(try await stack.post("claim-domain", body, as: claimant).status == 201)
    let tenant = claimant.tenant.id.uuidString.lowercased()
    let target = "/internal/\(portal.rawValue)/release-domain?tenant=\(tenant)&domain=\(domain)&proven=true"
    try await stack.client("usa1").post(target, [:]).expectProblem(404, "not-found")
    #expect(try await stack.post("get-domain-status", body, as: claimant).status == 200)
  }

  @Test(arguments: TenantPortalName.allCases)
  func aClaimIsVerifiedOnceTheRecordIsThere(portal: TenantPortalName) async throws {
    try await Self.withClaim(portal) { stack, dns, admin, domain in
      let before = try await Self.status(domain, stack, admin)
      #expect(
        before.names == ["domain", "status", "verification_token", "expires_at", "can_request_verification"]
      )
      #expect(
        before["can_request_verification"] == true && before["verification_token"] == .string(Self.token)
      )

      let first = try await Self.verify(domain, stack, admin)
      #expect(first.status == 200 && first.json["status"] == "PENDING" && first.json["verified_at"] == .null)
      let refused = try await Self.verify(domain, stack, admin)
      refused.expectProblem(429, "too-many-requests")
      let pause = try #require(refused.only("Retry-After").flatMap { Int($0) })
      #expect((3000...3600).contains(pause))
      let during = try await Self.status(domain, stack, admin)
      #expect(
        during["can_request_verification"] == false && during["next_verification_allowed_at"].string != nil
      )

      try await dns.setTXT(
        "_vetchium-verify." + domain,
        [["v=spf1"], [String(Self.token.prefix(20)), String(Self.token.dropFirst(20))]]
      )
      try await stack.passCooldown(domain, admin.tenant)
      let second = try await Self.verify(domain, stack, admin)
      #expect(second.json["status"] == "VERIFIED" && second.json["verified_at"].string != nil, "\(second)")
      let after = try await Self.status(domain, stack, admin)
      #expect(
        after.names == [
          "domain", "status", "last_verified_at", "can_request_verification", "last_attempted_at",
          "next_verification_allowed_at",
        ]
      )
    }
  }
}
