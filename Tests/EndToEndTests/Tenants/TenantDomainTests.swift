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
