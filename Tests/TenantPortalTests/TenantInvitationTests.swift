import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// Inviting users and what they do with the invitation, in both portals.
@Suite struct TenantInvitationTests {
  private static func invite(_ email: String, by user: TestAccount, _ more: JSON = [:]) async throws
    -> PortalResponse
  {
    try await PortalHarness.shared.post(
      user.kind.path("invite-user"),
      more.with("email_address", .string(email)),
      session: user.session
    )
  }

  /// The token in the newest invitation to an address.
  private static func token(_ kind: PortalKind, _ email: String) async throws -> String {
    try await PortalHarness.shared.mail(kind.mail("invitation"), to: email).linkToken()
  }

  /// - Parameter changes: members instead of the valid ones
  private static func setUp(_ kind: PortalKind, _ token: String, _ changes: [String: JSON] = [:]) async throws
    -> PortalResponse
  {
    var body: JSON = [
      "invitation_token": .string(token), "password": .string(TestAccount.password),
      "full_name": " Grace Hopper ",
    ]
    for (name, value) in changes { body = body.with(name, value) }
    return try await PortalHarness.shared.post(kind.path("complete-setup"), body)
  }

  private static func column(_ name: String, _ user: TestAccount, _ email: String) async throws -> String? {
    let tenant = try #require(user.tenant)
    return try await PortalHarness.shared.regional.text(
      "SELECT \(name)::text FROM \(user.kind.table("users")) WHERE email_address = $1 AND \(user.kind.tenantID) = $2",
      email,
      tenant.id
    )
  }

  @Test(arguments: PortalKind.tenants)
  func fromInvitationToLogin(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(kind, name: "Ada Lovelace", roles: ["invite_users"])
    let tenant = try #require(inviter.tenant)
    // Any address; personal mail providers included.
    let email = "grace.\(UInt64.random(in: .min ... .max))@gmail.com"
    let ignored: JSON = ["full_name": "Ignored", "roles": [.string(kind.role("manage_users"))]]
    let invited = try await Self.invite(email.uppercased(), by: inviter, ignored)
    let json = invited.expectMembers(["invitation_id", "expires_at"], status: 201)
    let expiresAt = try Date(#require(json["expires_at"].string), strategy: .iso8601)
    #expect(abs(expiresAt.timeIntervalSinceNow - 168 * 3600) < 600)
    for (column, value) in [("status", "invited"), ("is_admin", "false"), ("preferred_language", "en-US")] {
      #expect(try await Self.column(column, inviter, email) == value, "\(column)")
    }
    #expect(try await Self.column("password_hash", inviter, email) == nil)
    let routing = try await portals.global.count(
      kind.table("users"),
      where:
        "\(kind.userID)::text = $1 AND \(kind.tenantID) = $2 AND home_region = 'ind1' AND email_address_hash = $3",
      try #require(json["invitation_id"].string),
      tenant.id,
      try EmailAddress(email).hash
    )
    #expect(routing == 1)

    let mail = try await portals.mail(kind.mail("invitation"), to: email)
    #expect(mail.subject.contains("Invited") && mail.text.contains("7 days"))
    #expect(mail.text.contains("Ada Lovelace") && mail.text.contains(tenant.domain))
    #expect(
      mail.text.contains("/complete-setup?token=IND1-") && mail.text.firstMatch(of: /\b[0-9]{6}\b/) == nil
    )
    let token = try mail.linkToken()

    let done = try await Self.setUp(kind, token, ["preferred_language": "de-DE"])
    #expect(done.expectMembers(["message"])["message"].string?.isEmpty == false)
    try await Self.setUp(kind, token).expectProblem(401, "unauthorized")
    let login: JSON = [
      "email": .string(email), "domain": .string(tenant.domain), "password": .string(TestAccount.password),
    ]
    let first = try await portals.post(kind.path("login"), login)
    let code = try await portals.mail(kind.mail("tfa"), to: email).code()
    let second = try await portals.post(
      kind.path("tfa"),
      ["tfa_token": first.json["tfa_token"], "tfa_code": .string(code)]
    )
    let info = try await portals.get(kind.path("myinfo"), session: second.json["session_token"].string)
    #expect(
      info.json == [
        kind.userID: json["invitation_id"], "full_name": "Grace Hopper", "preferred_language": "de-DE",
        kind.tenantName: .string(tenant.domain), "is_admin": false, "roles": [],
      ],
      "\(info)"
    )
  }

  @Test(
    arguments: PortalKind.tenants,
    [
      (nil, "de-DE", "de"), ("ta-IN", "de-DE", "ta"), ("", "ta-IN", "ta"), ("en-US", "de-DE", "en"),
      (nil, "fr-FR", "en"),
    ] as [(String?, String, String)]
  )
  func theMailIsInTheLanguageThatWasAskedForOrTheInviters(
    _ kind: PortalKind,
    _ languages: (asked: String?, inviters: String, tag: String)
  ) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(kind, language: languages.inviters, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    let body: JSON = languages.asked.map { ["invite_email_language": .string($0)] } ?? [:]
    try await Self.invite(email, by: inviter, body).expect(201)
    let mail = try await portals.mail(kind.mail("invitation"), to: email)
    #expect(mail.html.contains("lang=\"\(languages.tag)\""))
    // Without a name the inviter is called by address.
    #expect(mail.text.contains(inviter.email))
    // The mail's language is not the account's.
    try await Self.setUp(kind, Self.token(kind, email)).expect(200)
    #expect(try await Self.column("preferred_language", inviter, email) == "en-US")
  }

  @Test(arguments: PortalKind.tenants)
  func anAddressIsTakenWithinItsTenantOnly(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(kind, isAdmin: true)
    for status in ["active", "disabled"] {
      let taken = try await portals.account(kind, of: inviter.tenant, status: status)
      try await Self.invite(taken.email.uppercased(), by: inviter).expectProblem(409, "already-registered")
      #expect(try await portals.mailCount(kind.mail("invitation"), to: taken.email) == 0)
    }
    let stranger = try await portals.account(kind)
    try await Self.invite(stranger.email, by: inviter).expect(201)
    try await Self.invite(portals.account(kind.other).email, by: inviter).expect(201)
    // The stranger's account is as it was.
    #expect(try await portals.isOpen(stranger.session, kind))
  }

  @Test(arguments: PortalKind.tenants)
  func anExpiredInvitationIsRenewedAndAValidOneIsNot(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(kind, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    let first = try await Self.invite(email, by: inviter)
    let expired = try await Self.token(kind, email)
    try await Self.invite(email, by: inviter).expectProblem(409, "already-registered")
    try await portals.age(kind.table("invitation_tokens"), expired, in: portals.regional, by: "168 hours")
    try await Self.setUp(kind, expired).expectProblem(401, "unauthorized")
    // Of many who renew it at once one does.
    let responses = try await together(4) { _ in
      try await Self.invite(email, by: inviter, ["invite_email_language": "ta-IN"])
    }
    #expect(responses.map(\.status).sorted() == [201, 409, 409, 409])
    #expect(responses.first { $0.status == 201 }?.json["invitation_id"] == first.json["invitation_id"])
    #expect(try await portals.mailCount(kind.mail("invitation"), to: email) == 2)
    try await Self.setUp(kind, expired).expectProblem(401, "unauthorized")
    try await Self.setUp(kind, Self.token(kind, email)).expect(200)
    // Once set up there is nothing to renew.
    try await Self.invite(email, by: inviter).expectProblem(409, "already-registered")
  }

  @Test(arguments: PortalKind.tenants)
  func ofManyWhoInviteOrSetUpAtOnceOneDoes(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(kind, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    let invitations = try await together(5) { _ in try await Self.invite(email, by: inviter).status }
    #expect(invitations.sorted() == [201, 409, 409, 409, 409])
    let hash = try EmailAddress(email).hash
    #expect(try await portals.global.count(kind.table("users"), where: "email_address_hash = $1", hash) == 1)
    #expect(try await portals.mailCount(kind.mail("invitation"), to: email) == 1)
    let token = try await Self.token(kind, email)
    let setups = try await together(3) { _ in try await Self.setUp(kind, token).status }
    #expect(setups.sorted() == [200, 401, 401])
  }

  @Test(arguments: PortalKind.tenants)
  func aDisabledInvitedUserWaitsUntilEnabled(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(kind, isAdmin: true)
    let email = TestAccount.unheardOfAddress("new")
    try await Self.invite(email, by: admin).expect(201)
    let token = try await Self.token(kind, email)
    let body: JSON = ["email_address": .string(email)]
    try await portals.post(kind.path("disable-user"), body, session: admin.session).expectEmpty()
    try await Self.setUp(kind, token).expectProblem(422, "not-invited")
    try await portals.post(kind.path("enable-user"), body, session: admin.session).expectEmpty()
    try await Self.setUp(kind, token).expect(200)
  }

  /// An invitation that nobody accepted is no account, and need not stay one's only way in.
  @Test(arguments: PortalKind.tenants)
  func whoIsInvitedMaySignUpATenantOfTheirOwn(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let (inviter, other) = (
      try await portals.account(kind, isAdmin: true), try await portals.account(kind, isAdmin: true)
    )
    let domain = PortalHarness.unheardOfDomain()
    let email = "founder@\(domain)"
    for user in [inviter, other] { try await Self.invite(email, by: user).expect(201) }
    let signup = try await portals.beginSignup(kind, domain: domain)
    portals.dns.publish(signup.dnsToken, at: domain)
    try await portals.complete(signup).expect(201)
    // The invitations are as good as before.
    try await Self.setUp(kind, Self.token(kind, email)).expect(200)
    let hash = try EmailAddress(email).hash
    #expect(try await portals.global.count(kind.table("users"), where: "email_address_hash = $1", hash) == 3)
  }

  @Test(arguments: PortalKind.tenants)
  func whoHasSetTheirAccountUpMayNot(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(kind, isAdmin: true)
    let email = "founder@\(PortalHarness.unheardOfDomain())"
    let id = try #require(try await Self.invite(email, by: inviter).json["invitation_id"].string)
    let (notes, isTheirs) = (kind.table("invited_users"), "\(kind.userID)::text = $1")
    #expect(try await portals.global.count(notes, where: isTheirs, id) == 1)
    try await Self.setUp(kind, Self.token(kind, email)).expect(200)
    #expect(try await portals.global.count(notes, where: isTheirs, id) == 0)
    try await portals.initSignup(kind, email).expectProblem(409, "already-registered")
  }

  /// The account is the region's: the global database may be out of reach.
  @Test(arguments: PortalKind.tenants)
  func theSetupDoesNotWaitForTheGlobalDatabase(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let inviter = try await portals.account(kind, isAdmin: true)
      let email = TestAccount.unheardOfAddress("new")
      let invited = try await portals.post(
        kind.path("invite-user"),
        ["email_address": .string(email)],
        session: inviter.session
      )
      invited.expect(201)
      try await portals.global.run("REVOKE DELETE ON \(kind.table("invited_users")) FROM vetchium_api_ind1")
      let body: JSON = [
        "invitation_token": .string(try await portals.mail(kind.mail("invitation"), to: email).linkToken()),
        "password": .string(TestAccount.password), "full_name": "Grace Hopper",
      ]
      try await portals.post(kind.path("complete-setup"), body).expect(200)
      let login: JSON = [
        "email": .string(email), "domain": .string(try #require(inviter.tenant).domain),
        "password": .string(TestAccount.password),
      ]
      try await portals.post(kind.path("login"), login).expect(200)
    }
  }

  @Test(arguments: PortalKind.tenants)
  func completingTheSetupSaysHowTheAccountSignsIn(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(kind, isAdmin: true)
    let email = TestAccount.unheardOfAddress("new")
    try await Self.invite(email, by: inviter).expect(201)
    try await portals.regional.rows(
      "UPDATE \(kind.table("users")) SET authentication_type = 'other' WHERE email_address = $1 RETURNING ''",
      email
    )
    try await Self.setUp(kind, Self.token(kind, email)).expect(200)
    #expect(try await Self.column("authentication_type", inviter, email) == "email_password")
  }

  @Test(arguments: PortalKind.tenants)
  func tokensThatNobodyHas(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(kind, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    try await Self.invite(email, by: inviter).expect(201)
    let token = try await Self.token(kind, email)
    let (raw, zeros) = (token.dropFirst(5), String(repeating: "0", count: 64))
    for wrong in [
      "x", zeros, "IND1-\(zeros)", "SGP1-\(raw)", "XXX9-\(raw)", String(raw), "IND1-\(raw.dropLast())",
    ] {
      try await Self.setUp(kind, wrong).expectProblem(401, "unauthorized")
      // What is wrong with the rest is said first.
      try await Self.setUp(kind, wrong, ["password": "short"]).expectInvalid("password")
    }
    try await Self.setUp(kind.other, token).expectProblem(401, "unauthorized")
    // The prefix may be written in lower case.
    try await Self.setUp(kind, "ind1-\(raw)").expect(200)
  }

  @Test(arguments: PortalKind.tenants)
  func theLifeOfAnInvitationIsASettingOfItsOwn(_ kind: PortalKind) async throws {
    let environment = ["ORG_INVITATION_TOKEN_EXPIRY": "36h", "AGENCY_INVITATION_TOKEN_EXPIRY": "72h"]
    try await PortalHarness.with(environment) { portals in
      let inviter = try await portals.account(kind, isAdmin: true)
      let email = TestAccount.unheardOfAddress("new")
      let body: JSON = ["email_address": .string(email)]
      try await portals.post(kind.path("invite-user"), body, session: inviter.session).expect(201)
      let life = try await portals.regional.text(
        "SELECT extract(EPOCH FROM expires_at - created_at)::int::text FROM \(kind.table("invitation_tokens"))"
      )
      #expect(life == (kind == .org ? "129600" : "259200"))
      #expect(
        try await portals.mail(kind.mail("invitation"), to: email).text.contains(
          kind == .org ? "2 days" : "3 days"
        )
      )
    }
  }

  /// The regional step fails after the global one: the address stays free.
  @Test(arguments: PortalKind.tenants)
  func anInvitationThatFailsInTheRegionLeavesNothing(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let inviter = try await portals.account(kind, isAdmin: true)
      let body: JSON = ["email_address": .string(TestAccount.unheardOfAddress("new"))]
      func invite() async throws -> PortalResponse {
        try await portals.post(kind.path("invite-user"), body, session: inviter.session)
      }
      try await portals.regional.run("ALTER TABLE emails ADD CONSTRAINT none CHECK (email_subject = '')")
      try await invite().expectProblem(500, "internal-error")
      #expect(try await portals.global.count(kind.table("users")) == 1)
      #expect(try await portals.regional.count(kind.table("users")) == 1)
      #expect(try await portals.regional.count("sagas") == 0)
      try await portals.regional.run("ALTER TABLE emails DROP CONSTRAINT none")
      try await invite().expect(201)
    }
  }

  /// Stored before names had a rule, or by another program: nobody would see who invites, and to what.
  @Test(arguments: PortalKind.tenants, ["\u{3164}", "\u{2800} \u{301}", "\u{202E}adA", "\u{200B}"])
  func aNameThatNobodyCanSeeIsNotMailed(_ kind: PortalKind, _ name: String) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(kind, name: name, roles: ["invite_users"])
    let tenant = try #require(inviter.tenant)
    try await portals.regional.rows(
      "UPDATE \(kind.tenants) SET \(kind.tenantName) = $2 WHERE \(kind.tenantID) = $1 RETURNING ''",
      tenant.id,
      name
    )
    let email = TestAccount.unheardOfAddress()
    try await Self.invite(email, by: inviter).expect(201)
    let mail = try await portals.mail(kind.mail("invitation"), to: email)
    for text in [mail.text, mail.html, mail.subject] { #expect(!text.contains(name)) }
    #expect(mail.text.contains("\(inviter.email) ") && mail.text.contains(PortalHarness.approvedDomain))
  }
}
