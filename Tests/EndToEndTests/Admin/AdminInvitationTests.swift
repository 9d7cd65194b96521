import FoundationEssentials
import TestSupport
import Testing

/// Inviting administrators and what they do with the invitation.
@Suite struct AdminInvitationTests {
  private func invite(_ email: String, by admin: Administrator, _ more: JSON = [:]) async throws -> HTTPAnswer
  {
    try await TestStack.shared.admin.post(
      "/admin/invite-user",
      more.with("email_address", .string(email)),
      session: admin.session
    )
  }

  private func setUp(_ token: String, _ more: JSON = [:]) async throws -> HTTPAnswer {
    guard case .object(var body) = more else { fatalError("an object") }
    body.merge(
      [
        "invitation_token": .string(token), "password": .string(Administrator.password),
        "full_name": " Ada Lovelace ",
      ]
    ) { given, _ in given }
    return try await TestStack.shared.admin.postPatiently("/admin/complete-setup", .object(body))
  }

  @Test func fromInvitationToLogin() async throws {
    let stack = try await TestStack.shared
    let inviter = try await stack.administrator(roles: ["admin:invite_users"], fullName: "Grace Hopper")
    let email = Administrator.unheardOfAddress("new")
    let invited = try await invite(
      email.uppercased(),
      by: inviter,
      ["full_name": "Ignored", "roles": ["admin:manage_users"]]
    )
    #expect(invited.status == 201 && invited.json.names == ["invitation_id", "expires_at"], "\(invited)")
    let id = try #require(invited.json["invitation_id"].string)
    let expiresAt = try Date(#require(invited.json["expires_at"].string), strategy: .iso8601)
    #expect(abs(expiresAt.timeIntervalSinceNow - 168 * 3600) < 60)
    let mail = try await stack.adminMail("admin_invitation", to: email)
    let token = try await stack.mailedToken("admin_invitation", to: email)
    #expect(
      mail.subject.contains("Invited") && mail.text.contains("Grace Hopper") && mail.text.contains("7 days")
    )
    #expect(
      mail.text.contains("http://localhost:3001/complete-setup?token=\(token)") && mail.html.contains(token)
    )
    #expect(try await stack.adminStatus(email) == "invited")

    try await setUp(token, ["password": "short"]).expectProblem(400, "invalid-fields", fields: ["password"])
    let done = try await setUp(token)
    #expect(done.status == 200 && done.json["message"].string?.isEmpty == false, "\(done)")
    try await setUp(token).expectProblem(401, "unauthorized")
    let session = try await stack.adminLogin(email)
    #expect(
      try await stack.admin.get("/admin/myinfo", session: session).json == [
        "admin_user_id": .string(id), "email_address": .string(email), "full_name": "Ada Lovelace",
        "preferred_language": "en-US", "roles": [],
      ]
    )
    try await invite(email, by: inviter).expectProblem(409, "already-registered")
  }

  @Test(
    arguments: [
      (nil, "de-DE", "Einladung"), ("ta-IN", "de-DE", "அழைப்பு"), ("", "ta-IN", "அழைப்பு"),
      ("en-US", "de-DE", "Invited"),
      (nil, "fr-FR", "Invited"),
    ] as [(String?, String, String)]
  )
  func theLanguageOfTheMail(_ asked: String?, _ inviters: String, _ subject: String) async throws {
    let stack = try await TestStack.shared
    let inviter = try await stack.administrator(roles: ["admin:invite_users"], language: inviters)
    let email = Administrator.unheardOfAddress("new")
    let answer = try await invite(
      email,
      by: inviter,
      JSON.object([:]).with("invite_email_language", asked.map(JSON.string))
    )
    #expect(answer.status == 201, "\(answer)")
    let mail = try await stack.adminMail("admin_invitation", to: email)
    #expect(mail.subject.contains(subject), "\(mail.subject)")
    // Without a name the inviter is called by address.
    #expect(mail.text.contains(inviter.email))
    // The account's own language is the standard one, until its owner says otherwise.
    let token = try await stack.mailedToken("admin_invitation", to: email)
    #expect(try await setUp(token, ["preferred_language": asked == "ta-IN" ? "ta-IN" : ""]).status == 200)
    let language = try await stack.global.text(
      "SELECT preferred_language FROM admin_users WHERE email_address = $1",
      email
    )
    #expect(language == (asked == "ta-IN" ? "ta-IN" : "en-US"))
  }

  @Test(arguments: ["active", "disabled"])
  func anAddressThatIsTaken(_ status: String) async throws {
    let stack = try await TestStack.shared
    let inviter = try await stack.administrator(roles: ["admin:invite_users"])
    let taken = try await stack.administrator(status: status)
    try await invite(taken.email, by: inviter).expectProblem(409, "already-registered")
    #expect(try await stack.adminMailCount("admin_invitation", to: taken.email) == 0)
  }

  @Test func anExpiredInvitationIsRenewed() async throws {
    let stack = try await TestStack.shared
    let inviter = try await stack.administrator(roles: ["admin:invite_users"])
    let email = Administrator.unheardOfAddress("new")
    let first = try await invite(email, by: inviter)
    let expired = try await stack.mailedToken("admin_invitation", to: email)
    try await invite(email, by: inviter).expectProblem(409, "already-registered")
    try await stack.ageAdminToken("admin_invitation_tokens", expired, by: "168 hours")
    try await setUp(expired).expectProblem(401, "unauthorized")
    // Of many who renew it at once one does.
    let answers = try await together(5) { try await invite(email, by: inviter) }
    #expect(answers.map(\.status).sorted() == [201, 409, 409, 409, 409])
    #expect(answers.first { $0.status == 201 }?.json["invitation_id"] == first.json["invitation_id"])
    let token = try await stack.mailedToken("admin_invitation", to: email)
    try await setUp(expired).expectProblem(401, "unauthorized")
    #expect(try await setUp(token).status == 200)
  }

  @Test func ofManyWhoInviteOrSetUpAtOnceOneDoes() async throws {
    let stack = try await TestStack.shared
    let inviter = try await stack.administrator(roles: ["admin:invite_users"])
    let email = Administrator.unheardOfAddress("new")
    let invitations = try await together(6) { try await invite(email, by: inviter).status }
    #expect(invitations.sorted() == [201] + Array(repeating: 409, count: 5))
    #expect(try await stack.adminMailCount("admin_invitation", to: email) == 1)
    let token = try await stack.mailedToken("admin_invitation", to: email)
    let setups = try await together(3) { try await setUp(token).status }
    #expect(setups.sorted() == [200, 401, 401])
  }

  @Test func aDisabledInviteeCannotSetUpUntilEnabled() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administrator(roles: Administrator.allRoles)
    let email = Administrator.unheardOfAddress("new")
    _ = try await invite(email, by: admin)
    let token = try await stack.mailedToken("admin_invitation", to: email)
    func switchUser(_ way: String) async throws -> Int {
      try await stack.admin.post(
        "/admin/\(way)-user",
        ["email_address": .string(email)],
        session: admin.session
      ).status
    }
    #expect(try await switchUser("disable") == 200)
    try await setUp(token).expectProblem(422, "not-invited")
    #expect(try await switchUser("enable") == 200)
    #expect(try await setUp(token).status == 200)
  }
}
