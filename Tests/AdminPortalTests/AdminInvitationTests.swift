import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Inviting administrators, and what they do with the invitation.
@Suite struct AdminInvitationTests {
  private static func invite(_ email: String, by admin: TestAccount, _ more: JSON = [:]) async throws
    -> PortalResponse
  {
    try await PortalHarness.shared.post(
      "/admin/invite-user",
      more.with("email_address", .string(email)),
      session: admin.session
    )
  }

  /// - Parameter changes: members instead of the valid ones
  private static func setUp(_ token: String, _ changes: [String: JSON] = [:]) async throws -> PortalResponse {
    var body: JSON = [
      "invitation_token": .string(token), "password": .string(TestAccount.password),
      "full_name": " Ada Lovelace ",
    ]
    for (name, value) in changes { body = body.with(name, value) }
    return try await PortalHarness.shared.post("/admin/complete-setup", body)
  }

  /// The token in the newest invitation to an address.
  private static func token(_ email: String) async throws -> String {
    try await PortalHarness.shared.mail("admin_invitation", to: email).linkToken()
  }

  private static func column(_ name: String, _ email: String) async throws -> String? {
    try await PortalHarness.shared.global.text(
      "SELECT \(name)::text FROM admin_users WHERE email_address = $1",
      email
    )
  }

  private static func logIn(_ email: String) async throws -> String {
    let portals = try await PortalHarness.shared
    let body: JSON = ["email": .string(email), "password": .string(TestAccount.password)]
    let login = try await portals.post("/admin/login", body)
    let code = try await portals.mail("admin_tfa", to: email).code()
    let tfa: JSON = ["tfa_token": login.json["tfa_token"], "tfa_code": .string(code)]
    return try #require(try await portals.post("/admin/tfa", tfa).json["session_token"].string)
  }

  @Test func fromInvitationToLogin() async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(.admin, name: "Grace Hopper", roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    let ignored: JSON = ["full_name": "Ignored", "roles": ["admin:manage_users"]]
    let invited = try await Self.invite(email.uppercased(), by: inviter, ignored)
    let json = invited.expectMembers(["invitation_id", "expires_at"], status: 201)
    let expiresAt = try Date(#require(json["expires_at"].string), strategy: .iso8601)
    #expect(abs(expiresAt.timeIntervalSinceNow - 168 * 3600) < 600)
    #expect(try await Self.column("status", email) == "invited")
    #expect(try await Self.column("full_name", email) == nil)

    let mail = try await portals.mail("admin_invitation", to: email)
    #expect(
      mail.subject.contains("Invited") && mail.text.contains("Grace Hopper") && mail.text.contains("7 days")
    )
    let token = try mail.secret()
    #expect(mail.text.contains("http://localhost:3001/complete-setup?token=\(token)"))
    #expect(mail.text.firstMatch(of: /\b[0-9]{6}\b/) == nil)

    try await Self.setUp(token, ["password": "short"]).expectInvalid("password")
    let done = try await Self.setUp(token)
    #expect(done.expectMembers(["message"])["message"].string?.isEmpty == false)
    try await Self.setUp(token).expectProblem(401, "unauthorized")
    // No session is opened; the new administrator logs in.
    let info = try await portals.get("/admin/myinfo", session: Self.logIn(email))
    #expect(
      info.json == [
        "admin_user_id": json["invitation_id"], "email_address": .string(email), "full_name": "Ada Lovelace",
        "preferred_language": "en-US", "roles": [],
      ],
      "\(info)"
    )
    try await Self.invite(email, by: inviter).expectProblem(409, "already-registered")
  }

  @Test(
    arguments: [
      (nil, "de-DE", "Einladung"), ("ta-IN", "de-DE", "அழைப்பு"), ("", "ta-IN", "அழைப்பு"),
      ("en-US", "de-DE", "Invited"), (nil, "fr-FR", "Invited"),
    ] as [(String?, String, String)]
  )
  func theMailIsInTheLanguageThatWasAskedForOrTheInviters(
    _ asked: String?,
    _ inviters: String,
    _ subject: String
  ) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(.admin, language: inviters, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    let body: JSON = asked.map { ["invite_email_language": .string($0)] } ?? [:]
    try await Self.invite(email, by: inviter, body).expect(201)
    let mail = try await portals.mail("admin_invitation", to: email)
    #expect(mail.subject.contains(subject), "\(mail.subject)")
    // Without a name the inviter is called by address.
    #expect(mail.text.contains(inviter.email))
    // The account's own language is the standard one, until its owner says otherwise.
    #expect(try await Self.column("preferred_language", email) == "en-US")
  }

  @Test(
    arguments: [(nil, "en-US"), ("", "en-US"), ("ta-IN", "ta-IN"), ("de-DE", "de-DE")] as [(JSON, String)]
  )
  func theOwnerChoosesTheLanguage(_ chosen: JSON, _ stored: String) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(.admin, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    try await Self.invite(email, by: inviter).expect(201)
    try await Self.setUp(Self.token(email), ["preferred_language": chosen]).expect(200)
    #expect(try await Self.column("preferred_language", email) == stored)
    #expect(try await Self.column("status", email) == "active")
  }

  @Test(arguments: [
    "Ada", "O'Neill-Smith", "அடா லவ்லேஸ்", "Zoë Åström", "李", String(repeating: "ä", count: 128),
  ])
  func namesOfEveryScriptAreTaken(_ name: String) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(.admin, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    try await Self.invite(email, by: inviter).expect(201)
    try await Self.setUp(Self.token(email), ["full_name": .string(name)]).expect(200)
    #expect(try await Self.column("full_name", email) == name)
  }

  @Test(arguments: ["active", "disabled"])
  func anAddressThatIsAnAdministratorsIsTaken(_ status: String) async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(.admin, roles: ["invite_users"])
    let taken = try await portals.account(.admin, status: status)
    try await Self.invite(taken.email.uppercased(), by: inviter).expectProblem(409, "already-registered")
    #expect(try await portals.mailCount("admin_invitation", to: taken.email) == 0)
  }

  @Test func peopleOfOtherPortalsMayBeInvited() async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(.admin, roles: ["invite_users"])
    let person = try await portals.account(.hub)
    try await Self.invite(person.email, by: inviter).expect(201)
  }

  @Test func anExpiredInvitationIsRenewedAndAValidOneIsNot() async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(.admin, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    let first = try await Self.invite(email, by: inviter)
    let expired = try await Self.token(email)
    try await Self.invite(email, by: inviter).expectProblem(409, "already-registered")
    try await portals.age("admin_invitation_tokens", expired, in: portals.global, by: "168 hours")
    try await Self.setUp(expired).expectProblem(401, "unauthorized")
    // Of many who renew it at once one does.
    let responses = try await together(5) { _ in try await Self.invite(email, by: inviter) }
    #expect(responses.map(\.status).sorted() == [201, 409, 409, 409, 409])
    #expect(responses.first { $0.status == 201 }?.json["invitation_id"] == first.json["invitation_id"])
    #expect(try await portals.mailCount("admin_invitation", to: email) == 2)
    let token = try await Self.token(email)
    try await Self.setUp(expired).expectProblem(401, "unauthorized")
    try await Self.setUp(token).expect(200)
    #expect(
      try await portals.global.count(
        "admin_invitation_tokens JOIN admin_users USING (admin_user_id)",
        where: "email_address = $1",
        email
      ) == 0
    )
  }

  @Test func ofManyWhoInviteOrSetUpAtOnceOneDoes() async throws {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(.admin, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress("new")
    let invitations = try await together(5) { _ in try await Self.invite(email, by: inviter).status }
    #expect(invitations.sorted() == [201, 409, 409, 409, 409])
    #expect(try await portals.mailCount("admin_invitation", to: email) == 1)
    let token = try await Self.token(email)
    let setups = try await together(3) { _ in try await Self.setUp(token).status }
    #expect(setups.sorted() == [200, 401, 401])
  }

  @Test func aDisabledInvitedAdministratorWaitsUntilEnabled() async throws {
    let portals = try await PortalHarness.shared
    let admin = try await portals.account(.admin, roles: AdminAccessTests.allRoles)
    let email = TestAccount.unheardOfAddress("new")
    try await Self.invite(email, by: admin).expect(201)
    let token = try await Self.token(email)
    let body: JSON = ["email_address": .string(email)]
    try await portals.post("/admin/disable-user", body, session: admin.session).expectEmpty()
    try await Self.setUp(token).expectProblem(422, "not-invited")
    try await portals.post("/admin/enable-user", body, session: admin.session).expectEmpty()
    try await Self.setUp(token).expect(200)
  }

  @Test func theLifeOfAnInvitationIsASetting() async throws {
    try await PortalHarness.with(["ADMIN_INVITATION_TOKEN_EXPIRY": "36h"]) { portals in
      let inviter = try await portals.account(.admin, roles: ["invite_users"])
      let email = TestAccount.unheardOfAddress("new")
      let body: JSON = ["email_address": .string(email)]
      try await portals.post("/admin/invite-user", body, session: inviter.session).expect(201)
      let life = try await portals.global.text(
        "SELECT extract(EPOCH FROM expires_at - created_at)::int::text FROM admin_invitation_tokens"
      )
      #expect(life == "\(36 * 3600)")
      #expect(try await portals.mail("admin_invitation", to: email).text.contains("2 days"))
    }
  }

  @Test(arguments: ["\u{3164}", "\u{202E}adA"]) func aNameThatNobodyCanSeeIsNotMailed(_ name: String)
    async throws
  {
    let portals = try await PortalHarness.shared
    let inviter = try await portals.account(.admin, name: name, roles: ["invite_users"])
    let email = TestAccount.unheardOfAddress()
    try await Self.invite(email, by: inviter).expect(201)
    let mail = try await portals.mail("admin_invitation", to: email)
    #expect(mail.text.contains(inviter.email) && !mail.text.contains(name))
  }
}
