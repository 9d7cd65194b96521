import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// The way from the first request to the first session, in both portals; the test writes the proof into the DNS.
@Suite struct TenantSignupTests {
  // MARK: Beginning

  @Test(arguments: PortalKind.tenants)
  func twoSecretsGoTwoWays(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let domain = PortalHarness.unheardOfDomain()
    let email = "founder@\(domain)"
    let response = try await portals.initSignup(kind, "Founder@\(domain.uppercased())")
    let json = response.expectMembers(["domain", "dns_record_name", "token_expires_at", "message"])
    #expect(json["domain"] == .string(domain) && json["message"].string?.isEmpty == false)
    #expect(json["dns_record_name"] == .string("_vetchium-verify.\(domain)"))
    let expiresAt = try Date(#require(json["token_expires_at"].string), strategy: .iso8601)
    #expect(abs(expiresAt.timeIntervalSinceNow - 24 * 3600) < 600)

    let record = try await portals.mail(kind.mail("signup_verification"), to: email)
    let link = try await portals.mail(kind.mail("signup_token"), to: email)
    let (dnsToken, token) = (try record.secret(), try link.secret())
    #expect(record.subject.contains("DNS") && record.html.contains("_vetchium-verify.\(domain)"))
    #expect(link.subject.contains("Private Link") && link.text.contains("DO NOT FORWARD"))
    #expect(link.text.contains("/complete-signup?token=\(token)"))
    // Neither mail has the other's secret, and the response has none.
    #expect(dnsToken != token && !record.html.contains(token) && !link.html.contains(dnsToken))
    let body = String(decoding: response.body, as: UTF8.self)
    #expect(!body.contains(token) && !body.contains(dnsToken))
    for mail in [record, link] {
      #expect(mail.html.contains("lang=\"en\"") && mail.text.firstMatch(of: /\b[0-9]{6}\b/) == nil)
    }
    let row = try await portals.global.rows(
      """
      SELECT dns_token, email_address, domain, home_region, (email_address_hash = $2)::text, (consumed_at IS NULL)::text
      FROM \(kind.table("signup_tokens")) WHERE token_hash = $1
      """,
      RawToken.hash(ofOffered: token),
      try EmailAddress(email).hash
    )
    #expect(row == [[dnsToken, email, domain, "ind1", "true", "true"]])
  }

  @Test(arguments: PortalKind.tenants)
  func whoeverIsFirstHasTheDomainUntilTheSignupExpires(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let domain = PortalHarness.unheardOfDomain()
    let statuses = try await together(5) { number in
      try await portals.initSignup(kind, "p\(number)@\(domain)").status
    }
    #expect(statuses.sorted() == [200, 409, 409, 409, 409])
    try await portals.initSignup(kind, "late@\(domain)").expectProblem(409, "signup-under-way")
    // One portal's signup does not hinder the other's.
    try await portals.initSignup(kind.other, "late@\(domain)").expect(200)
    try await portals.global.rows(
      "UPDATE \(kind.table("signup_tokens")) SET expires_at = now() WHERE domain = $1 RETURNING ''",
      domain
    )
    try await portals.initSignup(kind, "late@\(domain)").expect(200)
  }

  @Test(arguments: PortalKind.tenants)
  func whatIsTakenIsSaid(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let user = try await portals.account(kind, email: "somebody@\(PortalHarness.unheardOfDomain())")
    let domain = try #require(user.tenant?.domain)
    // A user of any tenant of this portal, and a domain that was proven.
    try await portals.initSignup(kind, user.email.uppercased()).expectProblem(409, "already-registered")
    try await portals.initSignup(kind, "new@\(domain.uppercased())").expectProblem(409, "domain-taken")
    // The address is said first.
    let founder = try await portals.account(kind, email: "founder@\(domain)")
    try await portals.initSignup(kind, founder.email).expectProblem(409, "already-registered")
    #expect(try await portals.mailCount(kind.mail("signup_token"), to: founder.email) == 0)
    // What is taken in one portal is free in the other; a sub-domain is another domain.
    try await portals.initSignup(kind.other, user.email).expect(200)
    try await portals.initSignup(kind, "new@sub.\(domain)").expect(200)
  }

  /// A signup is written down in two databases: without its mails there is none.
  @Test(arguments: PortalKind.tenants)
  func withoutTheMailsTheDomainIsFree(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let email = "founder@\(PortalHarness.unheardOfDomain())"
      try await portals.regional.run("ALTER TABLE emails ADD CONSTRAINT none CHECK (email_subject = '')")
      try await portals.initSignup(kind, email).expectProblem(500, "internal-error")
      #expect(try await portals.global.count(kind.table("signup_tokens")) == 0)
      #expect(try await portals.regional.count("sagas") == 0)
      try await portals.regional.run("ALTER TABLE emails DROP CONSTRAINT none")
      try await portals.initSignup(kind, email).expect(200)
    }
  }

  // MARK: Looking

  @Test(arguments: PortalKind.tenants)
  func theLinkTellsTheDomainAndNothingElse(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let signup = try await portals.beginSignup(kind)
    let body: JSON = ["signup_token": .string(signup.token)]
    // As often as somebody, or a scanner of mails, looks.
    for _ in 1...2 {
      let response = try await portals.post(kind.path("get-signup-details"), body)
      #expect(response.status == 200 && response.json == ["domain": .string(signup.domain)])
    }
    // Somebody's in the other portal is nobody's here.
    try await portals.post(kind.other.path("get-signup-details"), body).expectProblem(404, "no-such-signup")
    try await portals.age(kind.table("signup_tokens"), signup.token, in: portals.global, by: "24 hours")
    try await portals.post(kind.path("get-signup-details"), body).expectProblem(404, "no-such-signup")
  }

  // MARK: Completing

  @Test(arguments: PortalKind.tenants)
  func aTenantIsMadeWithItsFirstAdministrator(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let signup = try await portals.beginSignup(kind)
    portals.dns.publish(signup.dnsToken, at: signup.domain)
    let response = try await portals.complete(signup, ["preferred_language": "de-DE"])
    let json = response.expectMembers(["session_token", kind.userID], status: 201)
    let session = try #require(json["session_token"].string)
    #expect(session.hasPrefix("IND1-"))

    let info = try await portals.get(kind.path("myinfo"), session: session)
    #expect(
      info.json == [
        kind.userID: json[kind.userID], "full_name": "", "preferred_language": "de-DE",
        kind.tenantName: .string(signup.domain), "is_admin": true,
        "roles": [.string(kind.role("invite_users")), .string(kind.role("manage_users"))],
      ],
      "\(info)"
    )
    let id = try #require(json[kind.userID].string)
    let routing = try await portals.global.rows(
      """
      SELECT \(kind.tenantName), t.region, d.region, u.home_region FROM \(kind.tenants) AS t
      JOIN global_\(kind.tenant)_domains AS d USING (\(kind.tenantID))
      JOIN \(kind.table("users")) AS u USING (\(kind.tenantID))
      WHERE d.domain = $1 AND u.\(kind.userID)::text = $2 AND u.email_address_hash = $3
      """,
      signup.domain,
      id,
      try EmailAddress(signup.email).hash
    )
    #expect(routing == [[signup.domain, "ind1", "ind1", "ind1"]])
    let user = try await portals.regional.rows(
      """
      SELECT email_address, status::text, authentication_type, full_name, left(password_hash, 30), \(kind.tenantName)
      FROM \(kind.table("users")) JOIN \(kind.tenants) USING (\(kind.tenantID)) WHERE \(kind.userID)::text = $1
      """,
      id
    )
    #expect(
      user == [
        [signup.email, "active", "email_password", nil, "$argon2id$v=19$m=19456,t=2,p=1", signup.domain]
      ]
    )
    let domain = try await portals.regional.rows(
      """
      SELECT status::text, verification_token, (last_verified_at IS NOT NULL)::text, (last_attempted_at IS NULL)::text,
        consecutive_failures::text, extract(EPOCH FROM token_expires_at - created_at)::int::text
      FROM \(kind.tenant)_domains WHERE domain = $1
      """,
      signup.domain
    )
    #expect(domain == [["VERIFIED", signup.dnsToken, "true", "true", "0", "\(7 * 86400)"]])
    // No further mail; the first verification is possible at once.
    #expect(try await portals.regional.count("emails", where: "email_to = $1", signup.email) == 2)
    let check: JSON = ["domain": .string(signup.domain)]
    let verified = try await portals.post(kind.path("verify-domain"), check, session: session)
    #expect(verified.json["status"] == "VERIFIED", "\(verified)")
  }

  @Test(arguments: PortalKind.tenants)
  func successSpendsTheToken(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let signup = try await portals.beginSignup(kind)
    portals.dns.publish(signup.dnsToken, at: signup.domain)
    let statuses = try await together(4) { _ in try await portals.complete(signup).status }
    #expect(statuses.sorted() == [201, 404, 404, 404])
    try await portals.complete(signup).expectProblem(404, "no-such-signup")
    try await portals.post(kind.path("get-signup-details"), ["signup_token": .string(signup.token)])
      .expectProblem(404, "no-such-signup")
    let name = "\(kind.tenantName) = $1"
    #expect(try await portals.global.count(kind.tenants, where: name, signup.domain) == 1)
    #expect(try await portals.regional.count(kind.tenants, where: name, signup.domain) == 1)
    try await portals.initSignup(kind, signup.email).expectProblem(409, "already-registered")
  }

  @Test(arguments: PortalKind.tenants)
  func withoutTheProofNothingIsSpent(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let signup = try await portals.beginSignup(kind)
    let name = "_vetchium-verify.\(signup.domain)"
    let halves = (String(signup.dnsToken.prefix(32)), String(signup.dnsToken.suffix(32)))
    let notProofs: [ScriptedDNS.Behaviour] = [
      .code(3), .code(2), .records([]), .records(["somebody else's"]), .records([signup.token]),
      .records(["token=\(signup.dnsToken)"]), .records([signup.dnsToken.uppercased()]),
      .records([signup.dnsToken + "0"]), .records([halves.0, halves.1]),
    ]
    for behaviour in notProofs {
      portals.dns.set(name, behaviour)
      try await portals.complete(signup).expectProblem(422, "domain-not-proven")
    }
    #expect(
      try await portals.global.count(kind.tenants, where: "\(kind.tenantName) = $1", signup.domain) == 0
    )
    // Other records may stand beside it, and blanks and quotes around it.
    portals.dns.set(name, .records(["v=spf1 -all", " \"\(signup.dnsToken)\" "]))
    try await portals.complete(signup).expect(201)
  }

  @Test(arguments: PortalKind.tenants)
  func whatIsWrongIsFoundInOrder(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let signup = try await portals.beginSignup(kind)
    let unknown: [String: JSON] = [
      "signup_token": .string(String(repeating: "0", count: 64)), "preferred_language": "fr-FR",
    ]
    // An unknown token before a language, and a language before the DNS is asked.
    try await portals.complete(signup, unknown).expectProblem(404, "no-such-signup")
    for language in ["fr-FR", "en", "xyz"] {
      try await portals.complete(signup, ["preferred_language": .string(language)]).expectInvalid(
        "preferred_language"
      )
    }
    try await portals.complete(signup).expectProblem(422, "domain-not-proven")
    try await portals.post(kind.other.path("complete-signup"), signup.body).expectProblem(
      404,
      "no-such-signup"
    )
    portals.dns.publish(signup.dnsToken, at: signup.domain)
    try await portals.age(kind.table("signup_tokens"), signup.token, in: portals.global, by: "24 hours")
    try await portals.complete(signup).expectProblem(404, "no-such-signup")
  }

  @Test(arguments: PortalKind.tenants, ["en-US", "de-DE", "ta-IN"])
  func everySupportedLanguageIsTaken(_ kind: PortalKind, _ language: String) async throws {
    let portals = try await PortalHarness.shared
    let signup = try await portals.beginSignup(kind)
    portals.dns.publish(signup.dnsToken, at: signup.domain)
    let response = try await portals.complete(signup, ["preferred_language": .string(language)])
    response.expect(201)
    let info = try await portals.get(
      kind.path("myinfo"),
      session: try #require(response.json["session_token"].string)
    )
    #expect(info.json["preferred_language"] == .string(language))
  }

  /// The domain became another tenant's between the two requests: nothing is left, and the token is not spent.
  @Test(arguments: PortalKind.tenants)
  func aDomainThatIsTakenMeanwhile(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let signup = try await portals.beginSignup(kind)
    portals.dns.publish(signup.dnsToken, at: signup.domain)
    try await portals.addDomain(signup.domain, to: portals.makeTenant(kind), status: "VERIFIED")
    for _ in 1...2 { try await portals.complete(signup).expectProblem(409, "domain-taken") }
    #expect(
      try await portals.global.count(kind.tenants, where: "\(kind.tenantName) = $1", signup.domain) == 0
    )
    let unspent = "token_hash = $1 AND consumed_at IS NULL"
    let hash = RawToken.hash(ofOffered: signup.token)
    #expect(try await portals.global.count(kind.table("signup_tokens"), where: unspent, hash) == 1)
    let intent = "details->>'signup_token_hash' = encode($1, 'hex')"
    #expect(try await portals.regional.count("sagas", where: intent, hash) == 0)
  }

  /// The regional step fails after the global one: everything is taken back, and the same link works afterwards.
  @Test(arguments: PortalKind.tenants)
  func aSignupThatFailsInTheRegionLeavesNothing(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let signup = try await portals.beginSignup(kind)
      portals.dns.publish(signup.dnsToken, at: signup.domain)
      try await portals.regional.run(
        "ALTER TABLE \(kind.tenants) ADD CONSTRAINT none CHECK (\(kind.tenantName) = '')"
      )
      try await portals.complete(signup).expectProblem(500, "internal-error")
      for table in [kind.tenants, "global_\(kind.tenant)_domains", kind.table("users")] {
        #expect(try await portals.global.count(table) == 0, "\(table)")
      }
      for table in [kind.table("users"), kind.table("sessions"), "\(kind.tenant)_domains", "sagas"] {
        #expect(try await portals.regional.count(table) == 0, "\(table)")
      }
      try await portals.regional.run("ALTER TABLE \(kind.tenants) DROP CONSTRAINT none")
      try await portals.complete(signup).expect(201)
    }
  }

  @Test(arguments: PortalKind.tenants)
  func theLifeOfASignupIsASettingOfItsOwn(_ kind: PortalKind) async throws {
    let environment = ["ORG_SIGNUP_TOKEN_EXPIRY": "90m", "AGENCY_SIGNUP_TOKEN_EXPIRY": "30h"]
    try await PortalHarness.with(environment) { portals in
      let signup = try await portals.beginSignup(kind)
      let life = try await portals.global.text(
        "SELECT extract(EPOCH FROM expires_at - created_at)::int::text FROM \(kind.table("signup_tokens"))"
      )
      #expect(life == (kind == .org ? "5400" : "108000"))
      // The session of a signup has the portal's normal life.
      portals.dns.publish(signup.dnsToken, at: signup.domain)
      try await portals.complete(signup).expect(201)
      let session = try await portals.regional.text(
        "SELECT extract(EPOCH FROM expires_at - created_at)::int::text FROM \(kind.table("sessions"))"
      )
      #expect(session == "86400")
    }
  }
}
