import FoundationEssentials
import TestSupport
import Testing

/// Login, second step, logout and language of administrators.
@Suite struct AdminLoginTests {
  @Test(arguments: ["en-US", "de-DE", "ta-IN", "fr-FR"])
  func aWholeLogin(_ language: String) async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword(language: language)
    let (token, code) = try await stack.beginLogin(admin.email.uppercased())
    #expect(token.wholeMatch(of: /[0-9a-f]{64}/) != nil)
    let answer = try await stack.enterCode(code, token)
    #expect(answer.status == 200 && answer.json["preferred_language"] == .string(language), "\(answer)")
    let session = try #require(answer.json["session_token"].string)
    #expect(session.wholeMatch(of: /[0-9a-f]{64}/) != nil)
    #expect(answer.json.names == ["session_token", "preferred_language"])
    #expect(try await stack.isOpen(session))
    // A code works once.
    try await stack.enterCode(code, token).expectProblem(401, "unauthorized")
    let logout = try await stack.admin.post("/admin/logout", [:], session: session)
    #expect(logout.status == 200 && logout.body.isEmpty)
    try await stack.admin.post("/admin/logout", [:], session: session).expectProblem(401, "unauthorized")
    #expect(try await stack.isOpen(admin.session))
  }

  @Test(arguments: [
    ("en-US", "Verification Code", "Your verification code is:", "10 minutes", "automated message", "en"),
    ("de-DE", "Bestaetigungscode", "Bestaetigungscode lautet:", "10 Minuten", "automatische Nachricht", "de"),
    ("ta-IN", "சரிபார்ப்புக் குறியீடு", "சரிபார்ப்புக் குறியீடு:", "10 நிமிடங்களில்", "தானியங்கி செய்தி", "ta"),
    ("de-AT", "Bestaetigungscode", "Bestaetigungscode lautet:", "10 Minuten", "automatische Nachricht", "de"),
    ("xyz-123", "Verification Code", "Your verification code is:", "10 minutes", "automated message", "en"),
  ])
  func theLanguageOfTheCode(
    _ language: String,
    _ subject: String,
    _ introduction: String,
    _ validity: String,
    _ automatic: String,
    _ tag: String
  ) async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword(language: language)
    _ = try await stack.beginLogin(admin.email)
    let mail = try await stack.adminMail("admin_tfa", to: admin.email)
    #expect(mail.subject.contains("Vetchium") && mail.subject.contains(subject))
    for text in [introduction, validity, automatic] { #expect(mail.text.contains(text), "\(mail.text)") }
    #expect(mail.html.contains(subject) && mail.html.contains("lang=\"\(tag)\""))
  }

  @Test func unknownAddressWrongPasswordAndNoPasswordAreAlike() async throws {
    let stack = try await TestStack.shared
    let known = try await stack.administratorWithPassword()
    let invited = try await stack.administrator(status: "invited")
    let answers = [
      try await stack.loginAnswer(known.email, "a wrong password"),
      try await stack.loginAnswer(Administrator.unheardOfAddress()),
      try await stack.loginAnswer(invited.email),
    ]
    for answer in answers { answer.expectProblem(401, "unauthorized") }
    #expect(Set(answers.map(\.body)).count == 1)
    #expect(try await stack.adminMailCount("admin_tfa", to: known.email) == 0)
  }

  @Test(arguments: ["disabled", "invited"])
  func onlyWhoKnowsThePasswordLearnsTheStatus(_ status: String) async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword(status: status)
    try await stack.loginAnswer(admin.email).expectProblem(422, "inactive-account")
    try await stack.loginAnswer(admin.email, "a wrong password").expectProblem(401, "unauthorized")
    #expect(try await stack.adminMailCount("admin_tfa", to: admin.email) == 0)
  }

  @Test func wrongCodesAreCounted() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword()
    let (token, code) = try await stack.beginLogin(admin.email)
    let wrong = code == "000000" ? "000001" : "000000"
    let statuses = try await together(8) { try await stack.enterCode(wrong, token).status }
    #expect(statuses.count { $0 == 403 } == 5 && statuses.count { $0 == 401 } == 3)
    try await stack.enterCode(code, token).expectProblem(401, "unauthorized")
    let (second, secondCode) = try await stack.beginLogin(admin.email)
    try await stack.enterCode(secondCode == "000000" ? "000001" : "000000", second).expectProblem(
      403,
      "wrong-code"
    )
    #expect(try await stack.enterCode(secondCode, second).status == 200)
  }

  @Test func aCodeExpiresAndNeedsAnActiveAdministrator() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword()
    let (token, code) = try await stack.beginLogin(admin.email)
    try await stack.setAdminStatus("disabled", of: admin)
    try await stack.enterCode(code, token).expectProblem(422, "inactive-account")
    try await stack.setAdminStatus("active", of: admin)
    try await stack.ageAdminToken("admin_tfa_tokens", token, by: "10 minutes")
    try await stack.enterCode(code, token).expectProblem(401, "unauthorized")
  }

  /// What is not of a token's form is a token that nobody has; only one that is absent or empty is a mistake.
  @Test(arguments: [
    "zzz", "IND1-" + String(repeating: "0", count: 64), String(repeating: "A", count: 64),
    String(repeating: "0", count: 64),
  ])
  func tokensThatNobodyHas(_ token: String) async throws {
    let client = try await TestStack.shared.admin
    for (path, body) in [
      ("tfa", ["tfa_token": .string(token), "tfa_code": "123456"]),
      ("complete-password-reset", ["reset_token": .string(token), "new_password": "a new long password"]),
      (
        "complete-setup",
        ["invitation_token": .string(token), "password": "a new long password", "full_name": "Ada"]
      ),
    ] as [(String, JSON)] {
      try await client.post("/admin/\(path)", body).expectProblem(401, "unauthorized")
    }
  }

  static let wrongFields: [AdminFieldTests.Case] =
    [
      .init("login", [:], ["email", "password"]),
      .init("login", ["email_address": "a@example.com", "password": "long enough it is"], ["email"]),
      .init("login", ["email": "a@example.com", "password": "too short"], ["password"]),
      .init("tfa", [:], ["tfa_token", "tfa_code"]),
      .init("tfa", ["tfa_token": "", "tfa_code": "12345"], ["tfa_token", "tfa_code"]),
      .init("tfa", ["tfa_token": "zzz", "tfa_code": "1234567"], ["tfa_code"]),
      .init("request-password-reset", [:], ["email_address"]),
      .init("complete-password-reset", ["new_password": "short"], ["reset_token", "new_password"]),
      .init("complete-setup", [:], ["invitation_token", "password", "full_name"]),
      .init(
        "complete-setup",
        ["invitation_token": "x", "password": "short", "full_name": "R2D2", "preferred_language": "fr-FR"],
        ["password", "full_name", "preferred_language"]
      ),
    ]
    + AdminFieldTests.addresses.map {
      .init("login", ["email": $0, "password": "long enough it is"], ["email"])
    }
    + AdminFieldTests.addresses.map {
      .init("request-password-reset", ["email_address": $0], ["email_address"])
    }
    + [nil, "", " \t", "a@b", 1, AdminFieldTests.text(129)].map {
      .init(
        "complete-setup",
        ["invitation_token": "x", "password": "long enough it is", "full_name": $0],
        ["full_name"]
      )
    }

  @Test(arguments: wrongFields)
  func wrongFieldsAreNamed(_ wrong: AdminFieldTests.Case) async throws {
    let answer = try await TestStack.shared.admin.post(wrong.path, wrong.body)
    answer.expectProblem(400, "invalid-fields", fields: wrong.fields)
  }

  static let wrongSessionFields: [AdminFieldTests.Case] =
    ([nil, "", 123, "fr-FR", "invalid-code", "EN-us"] as [JSON]).map {
      .init("set-language", ["language": $0], ["language"])
    }
    + [
      .init("change-password", [:], ["current_password", "new_password"]),
      .init(
        "change-password",
        ["current_password": "short", "new_password": "short"],
        ["current_password", "new_password"]
      ),
      .init(
        "change-password",
        ["current_password": "the same as before", "new_password": "the same as before"],
        ["new_password"]
      ),
      .init("invite-user", [:], ["email_address"]),
      .init(
        "invite-user",
        ["email_address": "x", "invite_email_language": "fr-FR"],
        ["email_address", "invite_email_language"]
      ),
    ] + AdminFieldTests.addresses.map { .init("invite-user", ["email_address": $0], ["email_address"]) }

  @Test(arguments: wrongSessionFields)
  func wrongFieldsOfTheSignedInAreNamed(_ wrong: AdminFieldTests.Case) async throws {
    let stack = try await TestStack.shared
    let session = try await stack.administrator(roles: Administrator.allRoles).session
    let answer = try await stack.admin.post(wrong.path, wrong.body, session: session)
    answer.expectProblem(400, "invalid-fields", fields: wrong.fields)
  }

  @Test func theLanguageChangesWhatFollows() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword()
    for language in ["ta-IN", "de-DE", "de-DE"] {
      let answer = try await stack.admin.post(
        "/admin/set-language",
        ["language": .string(language)],
        session: admin.session
      )
      #expect(answer.status == 200 && answer.body.isEmpty, "\(answer)")
      #expect(
        try await stack.admin.get("/admin/myinfo", session: admin.session).json["preferred_language"]
          == .string(language)
      )
    }
    _ = try await stack.beginLogin(admin.email)
    #expect(try await stack.adminMail("admin_tfa", to: admin.email).text.contains("Minuten"))
  }

  @Test func wrongPasswordsAreThrottled() async throws {
    let stack = try await TestStack.shared
    let admin = try await stack.administratorWithPassword()
    for email in [admin.email, Administrator.unheardOfAddress()] {
      for _ in 1...10 { try await stack.loginAnswer(email, "a wrong password").expectProblem(401) }
      let answer = try await stack.loginAnswer(email, "a wrong password")
      answer.expectProblem(429, "too-many-requests")
      #expect(answer.only("Retry-After") != nil)
    }
  }

  @Test func twoReplicasServeTheSameAdministrators() async throws {
    let stack = try await TestStack.shared
    let other = try stack.anotherGlobalService()
    try await other.start()
    try await other.waitUntilReady()
    let admin = try await stack.administratorWithPassword(roles: Administrator.allRoles)
    let (token, code) = try await stack.beginLogin(admin.email)
    let answer = try await other.client.post(
      "/admin/tfa",
      ["tfa_token": .string(token), "tfa_code": .string(code)]
    )
    let session = try #require(answer.json["session_token"].string, "\(answer)")
    let name = DomainEditor.unheardOfName()
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for client in [stack.admin, other.client, stack.admin, other.client] {
        group.addTask {
          try await client.post(
            "/admin/add-approved-domain",
            ["domain_name": .string(name), "reason": "both at once"],
            session: session
          ).status
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.sorted() == [201, 409, 409, 409])
    #expect(try await stack.admin.post("/admin/logout", [:], session: session).status == 200)
    #expect(try await other.client.get("/admin/myinfo", session: session).status == 401)
    #expect(try await other.process.terminate() == .exit(0))
  }
}
