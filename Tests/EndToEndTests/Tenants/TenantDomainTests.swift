import FoundationEssentials
import TestSupport
import Testing

/// Checks of domains against a real name server, in both portals.
@Suite struct TenantDomainTests {
  private static let token = String(repeating: "0123456789abcdef", count: 4)

  private static func withClaim(
    _ portal: TenantPortalName,
    status: String = "PENDING",
    failures: Int32 = 0,
    expiresIn: String = "7 days",
    _ body: (TestStack, PrivateDNS, Colleague, String) async throws -> Void
  ) async throws {
    let stack = try await TestStack.shared
    let tenant = try await stack.tenant(portal)
    let admin = try await stack.colleague(tenant, isAdmin: true)
    let domain = PrivateDNS.unheardOfDomain()
    try await stack.claim(
      domain,
      tenant,
      token: token,
      status: status,
      failures: failures,
      expiresIn: expiresIn
    )
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
      #expect((3500...3600).contains(pause))
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

  @Test(arguments: TenantPortalName.allCases)
  func threeFailuresMakeAVerifiedDomainFail(portal: TenantPortalName) async throws {
    try await Self.withClaim(portal, status: "VERIFIED") { stack, dns, admin, domain in
      for expected in ["VERIFIED", "VERIFIED", "FAILING", "FAILING"] {
        #expect(try await Self.verify(domain, stack, admin).json["status"] == .string(expected))
        try await stack.passCooldown(domain, admin.tenant)
      }
      let failing = try await Self.status(domain, stack, admin)
      #expect(failing["verification_token"] == .string(Self.token) && failing["expires_at"] == .null)
      try await dns.setTXT("_vetchium-verify." + domain, Self.token)
      #expect(try await Self.verify(domain, stack, admin).json["status"] == "VERIFIED")
    }
  }

  @Test(arguments: TenantPortalName.allCases)
  func anExpiredTokenIsRenewed(portal: TenantPortalName) async throws {
    try await Self.withClaim(portal, failures: 2, expiresIn: "-1 second") { stack, dns, admin, domain in
      try await dns.setTXT("_vetchium-verify." + domain, Self.token)
      #expect(try await Self.verify(domain, stack, admin).json["status"] == "PENDING")
      let token = try #require(try await Self.status(domain, stack, admin)["verification_token"].string)
      #expect(token != Self.token)
      try await dns.setTXT("_vetchium-verify." + domain, token)
      try await stack.passCooldown(domain, admin.tenant)
      #expect(try await Self.verify(domain, stack, admin).json["status"] == "VERIFIED")
    }
  }

  @Test(arguments: TenantPortalName.allCases)
  func ofManyChecksAtOnceOneIsMade(portal: TenantPortalName) async throws {
    try await Self.withClaim(portal) { stack, _, admin, domain in
      let statuses = try await together(8) { try await Self.verify(domain, stack, admin).status }
      #expect(statuses.sorted() == [200] + Array(repeating: 429, count: 7))
    }
  }

  @Test(arguments: TenantPortalName.allCases)
  func othersDomainsAreNotThere(portal: TenantPortalName) async throws {
    try await Self.withClaim(portal) { stack, _, _, domain in
      let others = [
        try await stack.colleague(try await stack.tenant(portal), isAdmin: true),
        try await stack.colleague(try await stack.tenant(portal.other), isAdmin: true),
      ]
      for other in others {
        for endpoint in ["verify-domain", "get-domain-status"] {
          try await stack.post(endpoint, ["domain": .string(domain)], as: other).expectProblem(
            404,
            "no-such-domain"
          )
        }
        #expect(try await stack.post("list-domains", [:], as: other).json == ["items": []])
      }
    }
  }

  @Test(arguments: TenantPortalName.allCases)
  func theListHasPages(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let tenant = try await stack.tenant(portal)
    let admin = try await stack.colleague(tenant, isAdmin: true)
    let domains = (0..<45).map { _ in PrivateDNS.unheardOfDomain() }.sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    for domain in domains { try await stack.claim(domain, tenant, token: Self.token) }
    var seen: [String] = []
    var key: JSON = ""
    var sizes: [Int] = []
    repeat {
      let page = try await stack.post("list-domains", ["pagination_key": key], as: admin).json
      sizes.append(page["items"].elements.count)
      seen += page["items"].elements.compactMap { $0["domain"].string }
      key = page["next_pagination_key"]
    } while key != .null
    #expect(seen == domains && sizes == [20, 20, 5])
    // A key need not be a domain.
    let rest = try await stack.post("list-domains", ["pagination_key": .string(domains[43] + "0")], as: admin)
      .json
    #expect(rest["items"].elements.count == 1)
  }
}
