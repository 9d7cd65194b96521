import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Whose a domain is when several want it: a proof wins over a claim, in both portals.
@Suite struct DomainDisplacementTests {
  /// A domain that one tenant has claimed, and an administrator of another one.
  private struct Contest: Sendable {
    let portals: PortalHarness
    let claimant: TestAccount
    let rival: TestAccount
    let domain: String

    static func make(_ kind: PortalKind, status: String = "PENDING", expiresIn: String = "7 days")
      async throws -> Contest
    {
      let portals = try await PortalHarness.shared
      let claimant = try await portals.account(kind, isAdmin: true)
      let (domain, _) = try await portals.addDomain(
        to: #require(claimant.tenant),
        status: status,
        expiresIn: expiresIn
      )
      return Contest(
        portals: portals,
        claimant: claimant,
        rival: try await portals.account(kind, isAdmin: true),
        domain: domain
      )
    }

    var kind: PortalKind { rival.kind }

    func claim(by account: TestAccount? = nil) async throws -> PortalResponse {
      let account = account ?? rival
      return try await portals.post(
        kind.path("claim-domain"),
        ["domain": .string(domain)],
        session: account.session
      )
    }

    func status(for account: TestAccount) async throws -> PortalResponse {
      try await portals.post(
        kind.path("get-domain-status"),
        ["domain": .string(domain)],
        session: account.session
      )
    }

    /// The record that a refused claim names.
    func challenge() async throws -> String {
      let refused = try await claim()
      refused.expectProblem(409, "domain-taken")
      #expect(refused.json["dns_record_name"] == .string("_vetchium-verify.\(domain)"))
      return try #require(refused.json["verification_token"].string)
    }

    /// Who has the domain in the global database and in the region: the same tenant, or nobody.
    func expectOwner(_ account: TestAccount?, sourceLocation: SourceLocation = #_sourceLocation) async throws
    {
      let (id, tenant) = (kind.tenantID, kind.tenant)
      let owner = account.flatMap(\.tenant).map { $0.id.uuidString.lowercased() }
      let expected = owner.map { [[$0]] } ?? []
      let global = try await portals.global.rows(
        "SELECT \(id)::text FROM global_\(tenant)_domains WHERE domain = $1",
        domain
      )
      let regional = try await portals.regional.rows(
        "SELECT \(id)::text FROM \(tenant)_domains WHERE domain = $1",
        domain
      )
      #expect(global == expected && regional == expected, sourceLocation: sourceLocation)
      let open = try await portals.regional.count("sagas", where: "details ->> 'domain' = $1", domain)
      #expect(open == 0, sourceLocation: sourceLocation)
    }

    func mails(to account: TestAccount) async throws -> Int {
      try await portals.mailCount(kind.mail("domain_displaced"), to: account.email)
    }
  }

  // MARK: A proof

  @Test(arguments: PortalKind.tenants)
  func aProofDisplacesAClaimThatWasNeverVerified(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind)
    let token = try await contest.challenge()
    #expect(token.wholeMatch(of: /[0-9a-f]{64}/) != nil)
    // The record stays the same, and it has to be there.
    #expect(try await contest.challenge() == token)
    contest.portals.dns.publish(token + "0", at: contest.domain)
    let other = try await contest.claim()
    #expect(other.json["verification_token"] == .string(token))
    #expect(other.json["detail"].string?.contains("none of them is the token") == true, "\(other)")
    try await contest.expectOwner(contest.claimant)

    contest.portals.dns.publish(token, at: contest.domain)
    let displaced = try await contest.claim()
    let json = displaced.expectMembers(
      ["domain", "status", "verification_token", "instructions"],
      status: 201
    )
    #expect(json["status"] == "VERIFIED" && json["verification_token"] == .string(token))
    try await contest.expectOwner(contest.rival)
    let status = try await contest.status(for: contest.rival)
    #expect(status.json["status"] == "VERIFIED" && status.json["last_verified_at"].string != nil)
    try await contest.status(for: contest.claimant).expectProblem(404, "no-such-domain")
    // It is proven now: whoever had it needs more than a record of their own.
    let back = try await contest.claim(by: contest.claimant)
    back.expectProblem(409, "domain-taken")
    #expect(back.json["verification_token"] == .null)
  }

  @Test(arguments: PortalKind.tenants)
  func theDisplacedTenantsAdministratorsGetAMailInTheirLanguage(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind)
    let tenant = contest.claimant.tenant
    let german = try await contest.portals.account(kind, of: tenant, isAdmin: true)
    let disabled = try await contest.portals.account(kind, of: tenant, isAdmin: true)
    let user = try await contest.portals.account(kind, of: tenant)
    try await contest.portals.regional.run(
      """
      UPDATE \(kind.table("users")) SET preferred_language = 'de-DE' WHERE email_address = '\(german.email)';
      UPDATE \(kind.table("users")) SET status = 'disabled' WHERE email_address = '\(disabled.email)'
      """
    )
    contest.portals.dns.publish(try await contest.challenge(), at: contest.domain)
    try await contest.claim().expect(201)
    let mail = try await contest.portals.mail(kind.mail("domain_displaced"), to: contest.claimant.email)
    #expect(mail.subject.contains(contest.domain) && mail.text.contains("proven with a DNS record"))
    #expect(mail.html.contains(contest.domain))
    let other = try await contest.portals.mail(kind.mail("domain_displaced"), to: german.email)
    #expect(other.subject.contains(contest.domain) && other.text.contains("DNS-Eintrag"))
    for account in [disabled, user, contest.rival] { #expect(try await contest.mails(to: account) == 0) }
  }

  @Test(arguments: PortalKind.tenants, ["VERIFIED", "FAILING"])
  func aDomainThatWasProvenOnceStays(_ kind: PortalKind, _ status: String) async throws {
    let contest = try await Contest.make(kind, status: status)
    let refused = try await contest.claim()
    refused.expectProblem(409, "domain-taken")
    #expect(refused.json["dns_record_name"] == .null && refused.json["verification_token"] == .null)
    try await contest.expectOwner(contest.claimant)
  }

  @Test(arguments: PortalKind.tenants)
  func aProofComesTooLateOnceTheClaimIsVerified(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind)
    contest.portals.dns.publish(try await contest.challenge(), at: contest.domain)
    try await contest.portals.regional.rows(
      "UPDATE \(kind.tenant)_domains SET status = 'VERIFIED', last_verified_at = now() WHERE domain = $1 RETURNING ''",
      contest.domain
    )
    let refused = try await contest.claim()
    refused.expectProblem(409, "domain-taken")
    #expect(refused.json["verification_token"] == .null)
    try await contest.expectOwner(contest.claimant)
    #expect(try await contest.mails(to: contest.claimant) == 0)
  }

  /// Two tenants with a record each, and the claimant's check: whoever is first has the domain, in both databases.
  @Test(arguments: PortalKind.tenants)
  func ofManyWithAProofOneGetsTheDomain(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind)
    let third = try await contest.portals.account(kind, isAdmin: true)
    let own = try #require(try await contest.status(for: contest.claimant).json["verification_token"].string)
    let first = try await contest.challenge()
    let second = try #require(try await contest.claim(by: third).json["verification_token"].string)
    contest.portals.dns.set("_vetchium-verify.\(contest.domain)", .records([own, first, second]))
    let answers = try await together(3) { number in
      switch number {
      case 0: try await contest.claim()
      case 1: try await contest.claim(by: third)
      default:
        try await contest.portals.post(
          kind.path("verify-domain"),
          ["domain": .string(contest.domain)],
          session: contest.claimant.session
        )
      }
    }
    let winners = zip(answers, [contest.rival, third, contest.claimant]).filter { answer, _ in
      answer.json["status"] == "VERIFIED"
    }.map(\.1)
    #expect(winners.count == 1, "\(answers)")
    #expect(answers.allSatisfy { [200, 201, 404, 409].contains($0.status) }, "\(answers)")
    try await contest.expectOwner(winners.first)
  }

  /// The regional part of letting go fails: the claim stands, and the proof works afterwards.
  @Test(arguments: PortalKind.tenants)
  func aReleaseThatFailsChangesNothing(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let (claimant, rival) = (
        try await portals.account(kind, isAdmin: true), try await portals.account(kind, isAdmin: true)
      )
      let (domain, _) = try await portals.addDomain(to: #require(claimant.tenant))
      let contest = Contest(portals: portals, claimant: claimant, rival: rival, domain: domain)
      portals.dns.publish(try await contest.challenge(), at: domain)
      // The mails to the administrators are a part of it.
      try await portals.regional.run(
        "ALTER TABLE emails ADD CONSTRAINT none CHECK (email_type <> '\(kind.mail("domain_displaced"))')"
      )
      try await contest.claim().expectProblem(500, "internal-error")
      try await contest.expectOwner(claimant)
      try await portals.regional.run("ALTER TABLE emails DROP CONSTRAINT none")
      try await contest.claim().expect(201)
      try await contest.expectOwner(rival)
    }
  }

  /// Whoever displaced the claim died before taking the domain: the same request goes on.
  @Test(arguments: PortalKind.tenants)
  func aProofIsGoodForADomainThatHasBecomeFree(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind)
    contest.portals.dns.publish(try await contest.challenge(), at: contest.domain)
    for (database, table) in [
      (contest.portals.global, "global_\(kind.tenant)_domains"),
      (contest.portals.regional, "\(kind.tenant)_domains"),
    ] {
      try await database.rows("DELETE FROM \(table) WHERE domain = $1 RETURNING ''", contest.domain)
    }
    let claimed = try await contest.claim()
    #expect(claimed.status == 201 && claimed.json["status"] == "VERIFIED", "\(claimed)")
    try await contest.expectOwner(contest.rival)
  }

  // MARK: A claim that has lapsed

  @Test(arguments: PortalKind.tenants)
  func aClaimLapsesWithItsToken(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind, expiresIn: "-1 second")
    let claimed = try await contest.claim()
    claimed.expectMembers(["domain", "verification_token", "expires_at", "instructions"], status: 201)
    try await contest.expectOwner(contest.rival)
    #expect(try await contest.mails(to: contest.claimant) == 0)
    try await contest.portals.post(
      kind.path("verify-domain"),
      ["domain": .string(contest.domain)],
      session: contest.claimant.session
    ).expectProblem(404, "no-such-domain")
  }

  @Test(arguments: PortalKind.tenants)
  func ownLapsedClaimsCanBeMadeAgain(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind, expiresIn: "-1 second")
    let before = try await contest.status(for: contest.claimant).json["verification_token"]
    let claimed = try await contest.claim(by: contest.claimant)
    claimed.expect(201)
    #expect(claimed.json["verification_token"] != before)
    try await contest.expectOwner(contest.claimant)
    try await contest.claim(by: contest.claimant).expectProblem(409, "domain-taken")
  }

  // MARK: Signing up

  @Test(arguments: PortalKind.tenants)
  func aSignupGoesAheadForADomainThatIsOnlyClaimedAndDisplacesTheClaim(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind)
    let signup = try await contest.portals.beginSignup(kind, domain: contest.domain)
    try await contest.portals.complete(signup).expectProblem(422, "domain-not-proven")
    try await contest.expectOwner(contest.claimant)
    contest.portals.dns.publish(signup.dnsToken, at: contest.domain)
    let completed = try await contest.portals.complete(signup)
    completed.expect(201)
    try await contest.status(for: contest.claimant).expectProblem(404, "no-such-domain")
    #expect(try await contest.mails(to: contest.claimant) == 1)
    let status = try await contest.portals.post(
      kind.path("get-domain-status"),
      ["domain": .string(contest.domain)],
      session: completed.json["session_token"].string
    )
    #expect(status.json["status"] == "VERIFIED")
  }

  /// The claimant proves the domain while somebody signs up with it: the claim was first.
  @Test(arguments: PortalKind.tenants)
  func aSignupDoesNotDisplaceAClaimThatWasVerifiedMeanwhile(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind)
    let signup = try await contest.portals.beginSignup(kind, domain: contest.domain)
    let own = try #require(try await contest.status(for: contest.claimant).json["verification_token"].string)
    contest.portals.dns.set("_vetchium-verify.\(contest.domain)", .records([own, signup.dnsToken]))
    try await contest.portals.post(
      kind.path("verify-domain"),
      ["domain": .string(contest.domain)],
      session: contest.claimant.session
    ).expect(200)
    try await contest.portals.complete(signup).expectProblem(409, "domain-taken")
    try await contest.expectOwner(contest.claimant)
    let unspent = try await contest.portals.global.count(
      kind.table("signup_tokens"),
      where: "domain = $1 AND consumed_at IS NULL",
      contest.domain
    )
    #expect(unspent == 1)
  }

  /// A routing row of a tenant that is signing up has no record in its region yet: it is not a mere claim.
  @Test(arguments: PortalKind.tenants)
  func aTenantInTheMiddleOfItsSignupIsNotDisplaced(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind)
    contest.portals.dns.publish(try await contest.challenge(), at: contest.domain)
    try await contest.portals.regional.rows(
      "DELETE FROM \(kind.tenant)_domains WHERE domain = $1 RETURNING ''",
      contest.domain
    )
    try await contest.claim().expectProblem(409, "domain-taken")
    try await contest.portals.initSignup(kind, "founder@\(contest.domain)")
      .expectProblem(409, "domain-taken")
  }

  // MARK: What cannot be claimed

  @Test(arguments: PortalKind.tenants)
  func publicSuffixesAndPersonalMailProvidersAreRefusedWithAReason(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(kind, isAdmin: true)
    for (domain, reason) in [
      ("co.uk", "public suffix"), ("GitHub.io", "public suffix"), ("com.au", "public suffix"),
      ("gmail.com", "personal email"), ("Web.DE", "personal email"),
    ] {
      let claim = try await portals.post(
        kind.path("claim-domain"),
        ["domain": .string(domain)],
        session: admin.session
      )
      claim.expectInvalid("domain")
      #expect(claim.json["errors"][0]["message"].string?.contains(reason) == true, "\(claim)")
      let signup = try await portals.initSignup(kind, "founder@\(domain)")
      signup.expectInvalid("email")
      #expect(signup.json["errors"][0]["message"].string?.contains(reason) == true, "\(signup)")
    }
  }

  // MARK: The limit

  /// Twenty in all, claims and records that would displace others' claims together; what is proven or lapsed is none.
  @Test(arguments: PortalKind.tenants)
  func aTenantHasTwentyUnprovenClaimsAtMost(_ kind: PortalKind) async throws {
    let contest = try await Contest.make(kind)
    let (portals, admin) = (contest.portals, contest.rival)
    let tenant = try #require(admin.tenant)
    for _ in 1...3 { _ = try await portals.addDomain(to: tenant, status: "VERIFIED") }
    for _ in 1...3 { _ = try await portals.addDomain(to: tenant, expiresIn: "-1 second") }
    @Sendable func claim() async throws -> PortalResponse {
      try await portals.post(
        kind.path("claim-domain"),
        ["domain": .string(PortalHarness.unheardOfDomain())],
        session: admin.session
      )
    }
    _ = try await contest.challenge()
    for _ in 1...17 { _ = try await portals.addDomain(to: tenant) }
    // Two places are left, however many come at once.
    let statuses = try await together(6) { _ in try await claim().status }
    #expect(statuses.sorted() == [201, 201, 409, 409, 409, 409])
    try await claim().expectProblem(409, "too-many-claims")
    let (foreign, _) = try await portals.addDomain(to: try await portals.makeTenant(kind))
    try await portals.post(kind.path("claim-domain"), ["domain": .string(foreign)], session: admin.session)
      .expectProblem(409, "too-many-claims")
    // A lapsed claim of one's own does not come back either.
    let lapsed = try #require(
      try await portals.regional.text(
        "SELECT domain FROM \(kind.tenant)_domains WHERE \(kind.tenantID) = $1 AND token_expires_at < now() LIMIT 1",
        tenant.id
      )
    )
    try await portals.post(kind.path("verify-domain"), ["domain": .string(lapsed)], session: admin.session)
      .expectProblem(409, "too-many-claims")
    // The proof of one makes room, and it does not count itself.
    contest.portals.dns.publish(try await contest.challenge(), at: contest.domain)
    try await contest.claim().expect(201)
    try await claim().expect(201)
    try await claim().expectProblem(409, "too-many-claims")
    // Nobody else is held up.
    let sagas = try await portals.regional.count(
      "sagas",
      where: "details ->> 'tenant_id' = $1",
      tenant.id.uuidString
    )
    #expect(sagas == 0)
  }
}
