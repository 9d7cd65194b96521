import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// From the first request to the first session, in both portals, with the proof in a real DNS.
@Suite struct TenantSignupTests {
  @Test(arguments: TenantPortalName.allCases, ["ind1", "usa1", "deu1"])
  func aTenantSignsUp(portal: TenantPortalName, home: String) async throws {
    let stack = try await TestStack.shared
    let landing = home == "ind1" ? "usa1" : "ind1"
    let domain = PrivateDNS.unheardOfDomain()
    let email = "Founder@\(domain.uppercased())"
    let begun = try await stack.initSignup(portal, email, home: home, via: landing)
    #expect(begun.status == 200, "\(begun)")
    #expect(begun.json.names == ["domain", "dns_record_name", "token_expires_at", "message"])
    #expect(begun.json["domain"] == .string(domain))
    #expect(begun.json["dns_record_name"] == .string("_vetchium-verify.\(domain)"))
    let address = "founder@\(domain)"
    let record = try #require(
      try await stack.queuedMail("\(portal.rawValue)_signup_verification", to: address, in: home)?.text
    )
    let link = try #require(
      try await stack.queuedMail("\(portal.rawValue)_signup_token", to: address, in: home)?.text
    )
    let dnsToken = try #require(record.firstMatch(of: /\b[a-f0-9]{64}\b/)).0.description
    let token = try #require(link.firstMatch(of: /\b[a-f0-9]{64}\b/)).0.description
    #expect(dnsToken != token && !record.contains(token) && !link.contains(dnsToken))
    let signup = TenantSignup(
      portal: portal,
      home: home,
      domain: domain,
      email: address,
      dnsToken: dnsToken,
      token: token
    )
    let details = try await stack.client(landing).post(
      portal.path("get-signup-details"),
      ["signup_token": .string(token)]
    )
    #expect(details.status == 200 && details.json == ["domain": .string(domain)])

    // Without the record nothing happens, as often as one likes.
    for _ in 1...2 {
      try await stack.client(landing).postPatiently(portal.path("complete-signup"), signup.body)
        .expectProblem(422, "domain-not-proven")
    }
    try await PrivateDNS.shared.setTXT("_vetchium-verify.\(domain)", "somebody else's")
    try await stack.client(landing).postPatiently(portal.path("complete-signup"), signup.body)
      .expectProblem(422, "domain-not-proven")
    try await PrivateDNS.shared.setTXT("_vetchium-verify.\(domain)", [["v=spf1 -all"], [dnsToken]])
    let done = try await stack.client(landing).postPatiently(portal.path("complete-signup"), signup.body)
    #expect(done.status == 201, "\(done)")
    #expect(done.json.names == ["session_token", "\(portal.rawValue)_user_id"])
    let session = try #require(done.json["session_token"].string)
    #expect(session.hasPrefix(home.uppercased() + "-"))

    let me = try await stack.client(landing).get(portal.path("myinfo"), session: session)
    #expect(
      me.json == [
        portal.rawValue + "_user_id": done.json["\(portal.rawValue)_user_id"], "full_name": "",
        "preferred_language": "en-US", "\(portal.tenant)_name": .string(domain), "is_admin": true,
        "roles": [.string(portal.role("invite_users")), .string(portal.role("manage_users"))],
      ]
    )
    let status = try await stack.client(landing).post(
      portal.path("get-domain-status"),
      ["domain": .string(domain)],
      session: session
    )
    #expect(status.json["status"] == "VERIFIED" && status.json["last_verified_at"].string != nil, "\(status)")
    #expect(status.json["can_request_verification"] == true)
    // Used up, for good.
    try await stack.client(landing).postPatiently(portal.path("complete-signup"), signup.body)
      .expectProblem(404, "no-such-signup")
    try await stack.client(landing).post(portal.path("get-signup-details"), ["signup_token": .string(token)])
      .expectProblem(404, "no-such-signup")
    try await stack.initSignup(portal, address, home: home, via: landing).expectProblem(
      409,
      "already-registered"
    )
    try await stack.initSignup(portal, "other@\(domain)", home: home, via: landing)
      .expectProblem(409, "domain-taken")
    // What one portal's tenant has does not hinder the other's.
    #expect(try await stack.initSignup(portal.other, address, home: home, via: landing).status == 200)
  }

  @Test(arguments: TenantPortalName.allCases)
  func whoeverIsFirstHasTheDomainUntilItExpires(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let domain = PrivateDNS.unheardOfDomain()
    // Many at once, from everywhere, by different people.
    let statuses = try await together(6) { number in
      let region = ["ind1", "usa1", "deu1"][number % 3]
      return try await stack.initSignup(portal, "p\(number)@\(domain)", home: region, via: "usa1").status
    }
    #expect(statuses.sorted() == [200, 409, 409, 409, 409, 409])
    try await stack.initSignup(portal, "late@\(domain)", home: "ind1", via: "ind1")
      .expectProblem(409, "signup-under-way")
    try await stack.global.rows(
      "UPDATE \(portal.rawValue)_signup_tokens SET expires_at = now() WHERE domain = $1 RETURNING ''",
      domain
    )
    #expect(try await stack.initSignup(portal, "late@\(domain)", home: "ind1", via: "ind1").status == 200)
  }

  @Test(arguments: TenantPortalName.allCases)
  func ofTwoCompletionsFromTwoRegionsOneWins(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let signup = try await stack.beginSignup(portal)
    try await stack.publish(signup)
    let statuses = try await together(4) { number in
      try await stack.client(["ind1", "usa1", "deu1", "ind1"][number])
        .postPatiently(portal.path("complete-signup"), signup.body).status
    }
    #expect(statuses.sorted() == [201, 404, 404, 404])
    #expect(
      try await stack.global.count(portal.tenants, where: "\(portal.tenant)_name = $1", signup.domain) == 1
    )
    #expect(
      try await stack.database("deu1").count(
        "\(portal.rawValue)_users",
        where: "email_address = $1",
        signup.email
      )
        == 1
    )
  }

  /// The domain was proven by another tenant between the two requests: nothing is left, and the link stays.
  @Test(arguments: TenantPortalName.allCases)
  func aDomainThatIsTakenMeanwhile(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let signup = try await stack.beginSignup(portal)
    try await stack.publish(signup)
    let other = try await stack.founder(portal, home: "usa1")
    #expect(try await other.post("claim-domain", ["domain": .string(signup.domain)]).status == 201)
    try await stack.database("usa1").rows(
      "UPDATE \(portal.tenant)_domains SET status = 'VERIFIED', last_verified_at = now() WHERE domain = $1 RETURNING ''",
      signup.domain
    )
    try await stack.client("ind1").postPatiently(portal.path("complete-signup"), signup.body)
      .expectProblem(409, "domain-taken")
    // Nothing of it is left: no intent of this signup (others run beside it), no tenant, and the token is unspent.
    let intent = "details->>'signup_token_hash' = encode($1, 'hex')"
    let hash = RawToken.hash(ofOffered: signup.token)
    for region in stack.regions {
      #expect(try await stack.database(region).count("sagas", where: intent, hash) == 0)
    }
    #expect(
      try await stack.global.count(portal.tenants, where: "\(portal.tenant)_name = $1", signup.domain) == 0
    )
    let unspent = "token_hash = $1 AND consumed_at IS NULL"
    #expect(try await stack.global.count("\(portal.rawValue)_signup_tokens", where: unspent, hash) == 1)
    try await stack.client("ind1").postPatiently(portal.path("complete-signup"), signup.body)
      .expectProblem(409, "domain-taken")
  }
}
