import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// Invitations and further domains, in both portals.
@Suite struct TenantInvitationTests {
  @Test(arguments: TenantPortalName.allCases)
  func fromInvitationToLogin(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let domain = founder.signup.domain
    // Any address; personal mail providers included.
    let email = "grace.\(UInt32.random(in: 0 ... .max))@gmail.com"
    let answer = try await founder.invite(email.uppercased(), ["full_name": "ignored", "roles": ["ignored"]])
    #expect(answer.status == 201 && answer.json.names == ["invitation_id", "expires_at"], "\(answer)")
    let letter = try await stack.mail("\(portal.rawValue)_invitation", to: email, in: "deu1")
    #expect(letter?.contains(founder.signup.email) == true && letter?.contains(domain) == true)
    try await founder.invite(email).expectProblem(409, "already-registered")

    let token = try await founder.invitation(to: email)
    let setup = founder.setup(token)
    for (field, value) in [
      ("full_name", "R2D2"), ("full_name", "   "), ("password", "short"), ("preferred_language", "fr-FR"),
    ] as [(String, JSON)] {
      try await stack.client("ind1").post(portal.path("complete-setup"), setup.with(field, value))
        .expectProblem(400, "invalid-fields", fields: [field])
    }
    for wrong in ["x", "XXX9-" + token.dropFirst(5), "DEU1-" + String(repeating: "0", count: 64)] {
      try await stack.client("ind1").post(
        portal.path("complete-setup"),
        setup.with("invitation_token", .string(wrong))
      ).expectProblem(401, "unauthorized")
    }
    let statuses = try await together(3) { number in
      try await stack.client(["ind1", "usa1", "deu1"][number])
        .postPatiently(portal.path("complete-setup"), setup).status
    }
    #expect(statuses.sorted() == [200, 401, 401])
    let login = try await stack.login(portal, email, at: domain, home: "deu1")
    let session = try #require(login.json["session_token"].string)
    let me = try await stack.client("ind1").get(portal.path("myinfo"), session: session)
    #expect(me.json["full_name"] == "Grace Hopper" && me.json["is_admin"] == false && me.json["roles"] == [])
    #expect(me.json["preferred_language"] == "de-DE")
    #expect(me.json["\(portal.rawValue)_user_id"] == answer.json["invitation_id"])
    // Without the role.
    try await stack.client("ind1").post(
      portal.path("invite-user"),
      ["email_address": "x@example.com"],
      session: session
    ).expectProblem(403, "missing-role")
  }

  @Test(arguments: TenantPortalName.allCases)
  func anExpiredInvitationIsRenewed(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let email = Person.unheardOfAddress()
    let first = try await founder.invite(email)
    let old = try await founder.invitation(to: email)
    try await stack.database("deu1").rows(
      "UPDATE \(portal.rawValue)_invitation_tokens SET expires_at = now() WHERE token_hash = $1 RETURNING ''",
      try #require(RegionToken(old)).raw.hash
    )
    try await stack.client("ind1").post(portal.path("complete-setup"), founder.setup(old))
      .expectProblem(401, "unauthorized")
    // Of many who invite again one does.
    let answers = try await together(4) { _ in
      try await founder.invite(email, ["invite_email_language": "ta-IN"])
    }
    #expect(answers.map(\.status).sorted() == [201, 409, 409, 409])
    #expect(answers.first { $0.status == 201 }?.json["invitation_id"] == first.json["invitation_id"])
    let new = try await founder.invitation(to: email)
    #expect(new != old)
    let html = try await stack.mail("\(portal.rawValue)_invitation", to: email, in: "deu1", "email_html_body")
    #expect(html?.contains("lang=\"ta\"") == true)
    #expect(
      try await stack.client("ind1").postPatiently(portal.path("complete-setup"), founder.setup(new)).status
        == 200
    )
    try await founder.invite(email).expectProblem(409, "already-registered")
  }

  @Test(arguments: TenantPortalName.allCases)
  func ofManyWhoInviteAnAddressOneDoes(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let email = Person.unheardOfAddress()
    let answers = try await together(5) { number in
      try await stack.client(["ind1", "usa1", "deu1"][number % 3]).post(
        portal.path("invite-user"),
        ["email_address": .string(email)],
        session: founder.session
      ).status
    }
    #expect(answers.sorted() == [201, 409, 409, 409, 409])
    #expect(
      try await stack.global.count(
        "\(portal.rawValue)_users",
        where: "email_address_hash = $1",
        EmailAddress(email).hash
      ) == 1
    )
    // Another tenant may invite the same address, and so may the other portal's.
    #expect(try await stack.founder(portal, home: "usa1").invite(email).status == 201)
    #expect(try await stack.founder(portal.other).invite(email).status == 201)
  }

  @Test(arguments: TenantPortalName.allCases)
  func aDisabledInviteeCannotSetUpUntilEnabled(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let email = Person.unheardOfAddress()
    #expect(try await founder.invite(email).status == 201)
    let setup = founder.setup(try await founder.invitation(to: email))
    try await founder.post("disable-user", ["email_address": .string(email)]).expectStatus(200)
    try await stack.client("ind1").post(portal.path("complete-setup"), setup).expectProblem(
      422,
      "not-invited"
    )
    try await founder.post("enable-user", ["email_address": .string(email)]).expectStatus(200)
    #expect(try await stack.client("ind1").postPatiently(portal.path("complete-setup"), setup).status == 200)
  }

  @Test(arguments: TenantPortalName.allCases)
  func aClaimIsTheTenantsAloneAndBlocksOthers(portal: TenantPortalName) async throws {
    let stack = try await TestStack.shared
    let founder = try await stack.founder(portal)
    let domain = PrivateDNS.unheardOfDomain()
    let answer = try await founder.post("claim-domain", ["domain": .string(domain.uppercased())])
    #expect(answer.status == 201, "\(answer)")
    #expect(answer.json.names == ["domain", "verification_token", "expires_at", "instructions"])
    #expect(answer.json["domain"] == .string(domain))
    let token = try #require(answer.json["verification_token"].string)
    #expect(answer.json["instructions"].string?.contains(token) == true)
    // Not proven: still PENDING, and 200.
    let verified = try await founder.post("verify-domain", ["domain": .string(domain)])
    #expect(verified.status == 200 && verified.json["status"] == "PENDING")
    try await founder.post("claim-domain", ["domain": .string(domain)]).expectProblem(409, "domain-taken")
    let other = try await stack.founder(portal, home: "usa1")
    try await other.post("claim-domain", ["domain": .string(domain)]).expectProblem(409, "domain-taken")
    try await other.post("verify-domain", ["domain": .string(domain)]).expectProblem(404, "no-such-domain")
    try await stack.initSignup(portal, "a@\(domain)", home: "ind1", via: "ind1").expectProblem(
      409,
      "domain-taken"
    )
    #expect(
      try await stack.founder(portal.other).post("claim-domain", ["domain": .string(domain)]).status == 201
    )
    try await founder.post("claim-domain", ["domain": "no domain"])
      .expectProblem(400, "invalid-fields", fields: ["domain"])
    // Of many who claim one domain one gets it.
    let wanted = PrivateDNS.unheardOfDomain()
    let statuses = try await together(4) { number in
      try await (number % 2 == 0 ? founder : other).post("claim-domain", ["domain": .string(wanted)]).status
    }
    #expect(statuses.sorted() == [201, 409, 409, 409])
  }
}
