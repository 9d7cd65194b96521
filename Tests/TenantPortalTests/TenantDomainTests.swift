import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Claiming further domains and having them checked, in both portals, with a DNS that the test writes.
@Suite struct TenantDomainTests {
  private typealias Claim = DomainClaim

  private static func claim(_ domain: String, by admin: TestAccount) async throws -> PortalResponse {
    try await PortalHarness.shared.post(
      admin.kind.path("claim-domain"),
      ["domain": .string(domain)],
      session: admin.session
    )
  }

  // MARK: Claiming

  @Test(arguments: PortalKind.tenants)
  func aClaimIsPendingAndTellsWhatToDo(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(kind, isAdmin: true)
    let domain = PortalHarness.unheardOfDomain()
    let response = try await Self.claim(domain.uppercased(), by: admin)
    let json = response.expectMembers(
      ["domain", "verification_token", "expires_at", "instructions"],
      status: 201
    )
    #expect(json["domain"] == .string(domain))
    let token = try #require(json["verification_token"].string)
    #expect(token.wholeMatch(of: /[0-9a-f]{64}/) != nil)
    let instructions = try #require(json["instructions"].string)
    #expect(instructions.contains(token) && instructions.contains("_vetchium-verify.\(domain)"))
    let expiresAt = try Date(#require(json["expires_at"].string), strategy: .iso8601)
    #expect(abs(expiresAt.timeIntervalSinceNow - 7 * 86400) < 600)
    let owner = try await portals.global.count(
      "global_\(kind.tenant)_domains",
      where: "domain = $1 AND \(kind.tenantID) = $2 AND region = 'ind1'",
      domain,
      try #require(admin.tenant).id
    )
    #expect(owner == 1)
    let status = try await portals.post(
      kind.path("get-domain-status"),
      ["domain": .string(domain)],
      session: admin.session
    )
    status.expectMembers(["domain", "status", "verification_token", "expires_at", "can_request_verification"])
    #expect(status.json["status"] == "PENDING" && status.json["verification_token"] == .string(token))
    #expect(status.json["expires_at"] == json["expires_at"])
    #expect(try await portals.regional.count("emails", where: "email_to = $1", admin.email) == 0)
  }

  @Test(arguments: PortalKind.tenants)
  func aDomainThatIsSomebodysIsTaken(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let (admin, other) = (
      try await portals.account(kind, isAdmin: true), try await portals.account(kind, isAdmin: true)
    )
    let domain = PortalHarness.unheardOfDomain()
    try await Self.claim(domain, by: admin).expect(201)
    // Oneself's, another tenant's, and a tenant's first one.
    for caller in [admin, other] {
      try await Self.claim(domain, by: caller).expectProblem(409, "domain-taken")
    }
    try await Self.claim(try #require(other.tenant).domain, by: admin).expectProblem(409, "domain-taken")
    // The other portal has tenants of its own, and a sub-domain is another domain.
    let agency = try await portals.account(kind.other, isAdmin: true)
    try await Self.claim(domain, by: agency).expect(201)
    try await Self.claim("sub.\(domain)", by: other).expect(201)
  }

  @Test(arguments: PortalKind.tenants)
  func ofManyWhoClaimADomainOneGetsIt(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let admins = [
      try await portals.account(kind, isAdmin: true), try await portals.account(kind, isAdmin: true),
    ]
    let domain = PortalHarness.unheardOfDomain()
    let statuses = try await together(4) { number in
      try await Self.claim(domain, by: admins[number % 2]).status
    }
    #expect(statuses.sorted() == [201, 409, 409, 409])
    #expect(try await portals.regional.count("\(kind.tenant)_domains", where: "domain = $1", domain) == 1)
    #expect(
      try await portals.regional.count("sagas", where: "details::text LIKE '%' || $1 || '%'", domain) == 0
    )
  }

  /// The regional step fails after the global one: the domain stays free.
  @Test(arguments: PortalKind.tenants)
  func aClaimThatFailsInTheRegionLeavesNothing(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let admin = try await portals.account(kind, isAdmin: true)
      let body: JSON = ["domain": .string(PortalHarness.unheardOfDomain())]
      func claim() async throws -> PortalResponse {
        try await portals.post(kind.path("claim-domain"), body, session: admin.session)
      }
      try await portals.regional.run(
        "ALTER TABLE \(kind.tenant)_domains ADD CONSTRAINT none CHECK (status <> 'PENDING')"
      )
      try await claim().expectProblem(500, "internal-error")
      // The tenant's first domain is left.
      #expect(try await portals.global.count("global_\(kind.tenant)_domains") == 1)
      #expect(try await portals.regional.count("sagas") == 0)
      try await portals.regional.run("ALTER TABLE \(kind.tenant)_domains DROP CONSTRAINT none")
      try await claim().expect(201)
    }
  }

  // MARK: Verifying

  @Test(arguments: PortalKind.tenants)
  func aClaimIsVerifiedOnceTheRecordIsThere(_ kind: PortalKind) async throws {
    let claim = try await Claim.make(kind)
    let first = try await claim.verify()
    let json = first.expectMembers(["status", "message"])
    #expect(json["status"] == "PENDING" && json["message"].string?.isEmpty == false)
    #expect(try await claim.column("consecutive_failures") == "1")

    claim.publish("v=spf1", claim.token)
    try await claim.passCooldown()
    let second = try await claim.verify()
    #expect(second.expectMembers(["status", "message", "verified_at"])["status"] == "VERIFIED")
    #expect(second.json["verified_at"].string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
    #expect(try await claim.column("consecutive_failures") == "0")
    let after = try await claim.status()
    #expect(
      after.names == [
        "domain", "status", "last_verified_at", "can_request_verification", "last_attempted_at",
        "next_verification_allowed_at",
      ]
    )
    #expect(after["last_verified_at"] == second.json["verified_at"])
    // The domain keeps its token, so that the record stays right.
    #expect(try await claim.column("verification_token") == claim.token)
  }

  @Test(arguments: PortalKind.tenants)
  func whateverKeepsTheProofAwayIsAFailureOfThisCheck(_ kind: PortalKind) async throws {
    let claim = try await Claim.make(kind)
    let name = "_vetchium-verify.\(claim.domain)"
    let behaviours: [ScriptedDNS.Behaviour] = [
      .code(2), .code(3), .code(5), .records([]), .records(["x"]), .records([claim.token + "0"]),
      .records([claim.token.uppercased()]), .records(["token=\(claim.token)"]),
    ]
    for (number, behaviour) in behaviours.enumerated() {
      claim.portals.dns.set(name, behaviour)
      let response = try await claim.verify()
      // A claim never fails, however often it is not proven.
      #expect(response.status == 200 && response.json["status"] == "PENDING", "\(response)")
      #expect(try await claim.column("consecutive_failures") == "\(number + 1)")
      try await claim.passCooldown()
    }
    // An answer that is too long for UDP comes over TCP.
    claim.portals.dns.set(name, .truncated([claim.token]))
    #expect(try await claim.verify().json["status"] == "VERIFIED")
  }

  /// Nothing is counted, nothing begins: the next check is possible at once, and finds the record.
  @Test(arguments: PortalKind.tenants)
  func anOutageOfOurOwnNameServersIsNoFailureOfTheDomain(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let admin = try await portals.account(kind, isAdmin: true)
      for status in ["PENDING", "VERIFIED", "FAILING"] {
        let (domain, token) = try await portals.addDomain(
          to: #require(admin.tenant),
          status: status,
          failures: 2
        )
        let claim = Claim(portals: portals, admin: admin, domain: domain, token: token)
        portals.dns.set("", .code(2))
        portals.dns.set("_vetchium-verify.\(domain)", .code(2))
        for _ in 1...2 {
          let check = try await claim.verify()
          check.expectMembers(["status", "message"])
          #expect(check.json["status"] == .string(status))
          #expect(check.json["message"].string?.contains("Our name servers do not answer") == true)
          #expect(try await claim.column("consecutive_failures") == "2")
          #expect(try await claim.column("last_attempted_at") == nil)
        }
        #expect(try await claim.status()["can_request_verification"] == true)
        portals.dns.set("", .code(0))
        claim.publish(token)
        #expect(try await claim.verify().json["status"] == "VERIFIED")
        // A pause that had begun before is over, and its beginning is not forgotten.
        try await claim.passCooldown()
        let before = try await claim.column("last_attempted_at")
        portals.dns.set("", .code(2))
        portals.dns.set("_vetchium-verify.\(domain)", .code(2))
        try await claim.verify().expect(200)
        #expect(try await claim.column("last_attempted_at") == before)
        portals.dns.set("", .code(0))
      }
    }
  }

  /// What keeps the proof away is told in words.
  @Test(arguments: PortalKind.tenants)
  func theMessageSaysWhatWasFound(_ kind: PortalKind) async throws {
    let claim = try await Claim.make(kind)
    let name = "_vetchium-verify.\(claim.domain)"
    for (behaviour, message) in [
      (ScriptedDNS.Behaviour.code(3), "There is no TXT record at \(name)."),
      (.records([]), "There is no TXT record at \(name)."),
      (.records(["x"]), "There are TXT records at \(name), but none of them is the token."),
      (.code(2), "The TXT record at \(name) could not be looked up"),
    ] {
      claim.portals.dns.set(name, behaviour)
      let check = try await claim.verify()
      #expect(check.json["message"].string?.hasPrefix(message) == true, "\(check)")
      try await claim.passCooldown()
    }
  }

  @Test(arguments: PortalKind.tenants)
  func threeFailuresInARowMakeAVerifiedDomainFail(_ kind: PortalKind) async throws {
    let claim = try await Claim.make(kind, status: "VERIFIED")
    for expected in ["VERIFIED", "VERIFIED", "FAILING", "FAILING"] {
      // The status after the check is answered and stored.
      #expect(try await claim.verify().json["status"] == .string(expected))
      #expect(try await claim.column("status") == expected)
      try await claim.passCooldown()
    }
    let failing = try await claim.status()
    #expect(
      failing.names == [
        "domain", "status", "verification_token", "can_request_verification", "last_attempted_at",
      ]
    )
    #expect(failing["verification_token"] == .string(claim.token))
    claim.publish(claim.token)
    #expect(try await claim.verify().json["status"] == "VERIFIED")
    #expect(try await claim.column("consecutive_failures") == "0")
  }

  @Test(arguments: PortalKind.tenants)
  func aSuccessBetweenFailuresBeginsTheCountAnew(_ kind: PortalKind) async throws {
    let claim = try await Claim.make(kind, status: "VERIFIED", failures: 2)
    claim.publish(claim.token)
    #expect(try await claim.verify().json["status"] == "VERIFIED")
    claim.publish("something else")
    for _ in 1...2 {
      try await claim.passCooldown()
      #expect(try await claim.verify().json["status"] == "VERIFIED")
    }
    try await claim.passCooldown()
    #expect(try await claim.verify().json["status"] == "FAILING")
  }

  @Test(arguments: PortalKind.tenants)
  func anExpiredTokenOfAClaimIsRenewedWithoutALookUp(_ kind: PortalKind) async throws {
    let claim = try await Claim.make(kind, failures: 2, expiresIn: "-1 second")
    claim.publish(claim.token)
    let renewed = try await claim.verify()
    renewed.expectMembers(["status", "message"])
    #expect(renewed.json["status"] == "PENDING")
    let status = try await claim.status()
    let token = try #require(status["verification_token"].string)
    #expect(token != claim.token)
    let expiresAt = try Date(#require(status["expires_at"].string), strategy: .iso8601)
    #expect(abs(expiresAt.timeIntervalSinceNow - 7 * 86400) < 600)
    #expect(try await claim.column("consecutive_failures") == "2")
    // It counts as a request.
    try await claim.verify().expectProblem(429, "too-many-requests")
    claim.publish(token)
    try await claim.passCooldown()
    #expect(try await claim.verify().json["status"] == "VERIFIED")
  }

  @Test(arguments: PortalKind.tenants, ["VERIFIED", "FAILING"])
  func aTokenThatWasProvenDoesNotExpire(_ kind: PortalKind, _ status: String) async throws {
    let claim = try await Claim.make(kind, status: status, failures: 2, expiresIn: "-1 year")
    claim.publish(claim.token)
    #expect(try await claim.verify().json["status"] == "VERIFIED")
    #expect(try await claim.column("verification_token") == claim.token)
  }

  // MARK: Cooldown

  @Test(arguments: PortalKind.tenants)
  func aCheckIsMadeOnceAnHour(_ kind: PortalKind) async throws {
    let claim = try await Claim.make(kind)
    #expect(try await claim.status()["can_request_verification"] == true)
    try await claim.verify().expect(200)
    let refused = try await claim.verify()
    refused.expectProblem(429, "too-many-requests")
    let pause = try #require(refused.header("Retry-After").flatMap { Int($0) })
    #expect((3000...3600).contains(pause))
    let during = try await claim.status()
    #expect(during["can_request_verification"] == false)
    let last = try Date(#require(during["last_attempted_at"].string), strategy: .iso8601)
    let next = try Date(#require(during["next_verification_allowed_at"].string), strategy: .iso8601)
    #expect(abs(next.timeIntervalSince(last) - 3600) <= 1)
    // Refused requests do not lengthen it.
    try await claim.passCooldown("59 minutes")
    try await claim.verify().expectProblem(429, "too-many-requests")
    try await claim.passCooldown("1 minute")
    #expect(try await claim.status()["can_request_verification"] == true)
    try await claim.verify().expect(200)
    // Every domain has its own.
    let (other, _) = try await claim.portals.addDomain(to: #require(claim.admin.tenant))
    let body: JSON = ["domain": .string(other)]
    try await claim.portals.post(kind.path("verify-domain"), body, session: claim.admin.session).expect(200)
  }

  @Test(arguments: PortalKind.tenants)
  func ofManyChecksAtOnceOneIsMade(_ kind: PortalKind) async throws {
    let claim = try await Claim.make(kind)
    let statuses = try await together(6) { _ in try await claim.verify().status }
    #expect(statuses.sorted() == [200, 429, 429, 429, 429, 429])
    #expect(try await claim.column("consecutive_failures") == "1")
  }

  // MARK: Whose domains

  @Test(arguments: PortalKind.tenants)
  func othersDomainsAreNotThere(_ kind: PortalKind) async throws {
    let claim = try await Claim.make(kind)
    let others = [
      try await claim.portals.account(kind, isAdmin: true),
      try await claim.portals.account(kind.other, isAdmin: true),
    ]
    for other in others {
      for endpoint in ["verify-domain", "get-domain-status"] {
        let body: JSON = ["domain": .string(claim.domain)]
        try await claim.portals.post(other.kind.path(endpoint), body, session: other.session)
          .expectProblem(404, "no-such-domain")
      }
      let list = try await claim.portals.post(other.kind.path("list-domains"), [:], session: other.session)
      #expect(list.json["items"].elements.compactMap { $0["domain"].string } == [other.tenant?.domain])
    }
    #expect(try await claim.column("last_attempted_at") == nil)
  }

  @Test(arguments: PortalKind.tenants)
  func theListHasTheDomainsInPagesOfTwenty(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(kind, isAdmin: true)
    let tenant = try #require(admin.tenant)
    var domains = (0..<44).map { _ in PortalHarness.unheardOfDomain("a") }
    for domain in domains { try await portals.addDomain(domain, to: tenant) }
    domains.append(tenant.domain)
    // In byte order.
    domains.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    func list(_ key: JSON) async throws -> PortalResponse {
      try await portals.post(kind.path("list-domains"), ["pagination_key": key], session: admin.session)
    }
    let pages = try await pages(of: "items", next: "next_pagination_key", fetch: list)
    #expect(pages.map(\.count) == [20, 20, 5])
    #expect(pages.flatMap(\.self).compactMap { $0["domain"].string } == domains)
    // Absent on the last page, and the last domain of the others.
    let first = try await list(nil)
    #expect(first.json["next_pagination_key"] == .string(domains[19]))
    let last = try await list(.string(domains[39]))
    last.expectMembers(["items"])
    // A key need not be a domain that is there.
    let rest = try await list(.string(domains[42] + "0")).json["items"].elements
    #expect(rest.compactMap { $0["domain"].string } == Array(domains[43...]))
    // Each item is what get-domain-status says.
    let single = try await portals.post(
      kind.path("get-domain-status"),
      ["domain": .string(domains[0])],
      session: admin.session
    )
    #expect(first.json["items"][0] == single.json)
  }

  @Test(arguments: PortalKind.tenants)
  func aTenantWithoutRegionalDomainsHasNone(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(kind, isAdmin: true)
    try await portals.regional.rows(
      "DELETE FROM \(kind.tenant)_domains WHERE \(kind.tenantID) = $1 RETURNING ''",
      try #require(admin.tenant).id
    )
    let list = try await portals.post(kind.path("list-domains"), [:], session: admin.session)
    #expect(list.status == 200 && list.json == ["items": []])
    // Logging in does not depend on it.
    try await portals.post(kind.path("login"), admin.loginBody()).expect(200)
  }
}
