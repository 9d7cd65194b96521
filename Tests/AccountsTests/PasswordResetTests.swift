import PortalTestSupport
import TestSupport
import Testing

/// A new password by a mailed link, in every portal.
@Suite struct PasswordResetTests {
  private static let newPassword = "a new and better one"

  @Test(arguments: PortalKind.allCases)
  func everybodyGetsTheSameAnswer(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    var bodies = [
      account.resetBody, account.resetBody.with("email_address", .string(TestAccount.unheardOfAddress())),
    ]
    var silent: [TestAccount] = []
    for status in kind.inactiveStatuses {
      let inactive = try await portals.account(kind, of: account.tenant)
      try await portals.setStatus(status, of: inactive)
      silent.append(inactive)
      bodies.append(inactive.resetBody)
    }
    if account.tenant != nil {
      // An unknown domain, and somebody of another tenant.
      bodies.append(account.resetBody.with("domain", .string(PortalHarness.unheardOfDomain())))
      let stranger = try await portals.account(kind)
      silent.append(stranger)
      bodies.append(stranger.resetBody.with("domain", account.resetBody["domain"]))
    }
    if kind != .admin {
      // A routing row without account.
      let lost = try await portals.account(kind, of: account.tenant)
      try await portals.regional.rows(
        "DELETE FROM \(kind.table("users")) WHERE \(kind.userID) = $1 RETURNING ''",
        lost.id
      )
      silent.append(lost)
      bodies.append(lost.resetBody)
    }
    var responses: [PortalResponse] = []
    for body in bodies { responses.append(try await portals.post(kind.path("request-password-reset"), body)) }
    #expect(responses.allSatisfy { $0.status == 200 }, "\(responses)")
    #expect(Set(responses.map(\.body)).count == 1)
    #expect(responses[0].expectMembers(["message"])["message"].string?.contains("email") == true)
    #expect(try await portals.mailCount(kind.mail("password_reset"), to: account.email) == 1)
    for other in silent {
      #expect(try await portals.mailCount(kind.mail("password_reset"), to: other.email) == 0)
      #expect(try await portals.rowCount("password_reset_tokens", of: other) == 0)
    }
  }

  /// Whoever gets no mail causes the same work, and none of it stays.
  @Test(arguments: PortalKind.allCases)
  func nothingIsLeftOfARequestForNobody(_ kind: PortalKind) async throws {
    try await PortalHarness.with { portals in
      let account = try await portals.account(kind)
      let disabled = try await portals.account(kind, of: account.tenant, status: "disabled")
      let unknown = account.resetBody.with("email_address", .string(TestAccount.unheardOfAddress()))
      for body in [unknown, disabled.resetBody] {
        try await portals.post(kind.path("request-password-reset"), body).expect(200)
      }
      let database = portals.database(kind)
      for table in ["emails", kind.table("password_reset_tokens")] {
        #expect(try await database.count(table) == 0, "\(table)")
        // It was there, though, once for each.
        let inserted = "SELECT pg_stat_get_tuples_inserted('\(table)'::regclass)::text"
        try await eventually("the statistics of \(table)") { try await database.text(inserted) == "2" }
      }
    }
  }

  @Test(
    arguments: PortalKind.allCases,
    [("en-US", "Reset"), ("de-DE", "Passwort"), ("ta-IN", "கடவுச்சொ")]
  )
  func theLinkIsMailedInTheAccountsLanguage(
    _ kind: PortalKind,
    _ expected: (language: String, subject: String)
  ) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind, language: expected.language)
    let upper = account.resetBody.with("email_address", .string(account.email.uppercased()))
    try await portals.post(kind.path("request-password-reset"), upper).expect(200)
    let mail = try await portals.mail(kind.mail("password_reset"), to: account.email)
    #expect(mail.subject.contains(expected.subject), "\(mail.subject)")
    #expect(mail.text.contains("/reset-password?token=\(kind.tokenPrefix)"))
    #expect(try mail.linkToken().hasPrefix(kind.tokenPrefix))
    // Tools take the first six digits that stand alone for a login's code.
    #expect(mail.text.firstMatch(of: /\b[0-9]{6}\b/) == nil)
    #expect(try await portals.life("password_reset_tokens", of: account) == 3600)
  }

  @Test(arguments: PortalKind.allCases)
  func aNewPasswordEndsEveryOtherWayIn(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let login = try await portals.beginLogin(account)
    let other = try await portals.openSession(of: account)
    let first = try await portals.requestReset(account)
    let second = try await portals.requestReset(account)
    #expect(first != second)
    if kind == .hub { try await Self.requestEmailChange(account, portals) }

    try await portals.completeReset(kind, first, Self.newPassword).expectEmpty()

    for session in [account.session, other] { #expect(try await !portals.isOpen(session, kind)) }
    try await portals.enter(login.code, login).expectProblem(401, "unauthorized")
    for token in [first, second] {
      try await portals.completeReset(kind, token, "yet another password").expectProblem(401, "unauthorized")
    }
    var tables = ["sessions", "tfa_tokens", "password_reset_tokens"]
    if kind == .hub { tables.append("email_verification_tokens") }
    for table in tables { #expect(try await portals.rowCount(table, of: account) == 0, "\(table)") }
    try await portals.post(kind.path("login"), account.loginBody()).expectProblem(401, "unauthorized")
    #expect(try await portals.isOpen(portals.logIn(account, Self.newPassword), kind))
    #expect(
      try await portals.column("password_hash", of: account)?.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$")
        == true
    )
  }

  private static func requestEmailChange(_ account: TestAccount, _ portals: PortalHarness) async throws {
    let body: JSON = ["new_email_address": .string(TestAccount.unheardOfAddress())]
    try await portals.post("/hub/request-email-change", body, session: account.session).expect(200)
    #expect(try await portals.rowCount("email_verification_tokens", of: account) == 1)
  }

  @Test(arguments: PortalKind.allCases)
  func otherAccountsAreLeftAlone(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let neighbour = try await portals.account(kind, of: account.tenant)
    let login = try await portals.beginLogin(neighbour)
    let token = try await portals.requestReset(neighbour)
    try await portals.completeReset(kind, portals.requestReset(account), Self.newPassword).expectEmpty()
    #expect(try await portals.isOpen(neighbour.session, kind))
    try await portals.enter(login.code, login).expect(200)
    try await portals.completeReset(kind, token, Self.newPassword).expectEmpty()
  }

  @Test(arguments: PortalKind.allCases)
  func theNewPasswordMayBeTheOldOne(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.completeReset(kind, portals.requestReset(account), TestAccount.password).expectEmpty()
    try await portals.post(kind.path("login"), account.loginBody()).expect(200)
  }

  @Test(arguments: PortalKind.allCases)
  func ofManyWhoUseALinkOneWins(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let token = try await portals.requestReset(account)
    let statuses = try await together(4) { number in
      try await portals.completeReset(kind, token, "new password number \(number)").status
    }
    #expect(statuses.sorted() == [200, 401, 401, 401])
    let winner = try #require(statuses.firstIndex(of: 200))
    try await portals.post(kind.path("login"), account.loginBody("new password number \(winner)")).expect(200)
  }

  /// Each would revoke the other.
  @Test(arguments: PortalKind.allCases)
  func ofTwoLinksAtOnceOneWins(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let links = [try await portals.requestReset(account), try await portals.requestReset(account)]
    let statuses = try await together(2) { number in
      try await portals.completeReset(kind, links[number], Self.newPassword).status
    }
    #expect(statuses.sorted() == [200, 401])
  }

  @Test(arguments: PortalKind.allCases)
  func aLinkExpires(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let (fresh, old) = (try await portals.requestReset(account), try await portals.requestReset(account))
    let (table, database) = (kind.table("password_reset_tokens"), portals.database(kind))
    try await portals.age(table, old, in: database, by: "1 hour")
    try await portals.completeReset(kind, old, Self.newPassword).expectProblem(401, "unauthorized")
    try await portals.age(table, fresh, in: database, by: "30 minutes")
    try await portals.completeReset(kind, fresh, Self.newPassword).expectEmpty()
  }

  @Test(arguments: PortalKind.allCases)
  func aRefusedRequestDoesNotUseTheLinkUp(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let token = try await portals.requestReset(account)
    try await portals.completeReset(kind, token, "too short").expectInvalid("new_password")
    for status in kind.inactiveStatuses {
      try await portals.setStatus(status, of: account)
      try await portals.completeReset(kind, token, Self.newPassword).expectProblem(422, "inactive-account")
    }
    try await portals.setStatus("active", of: account)
    try await portals.completeReset(kind, token, Self.newPassword).expectEmpty()
  }

  @Test(arguments: [PortalKind.hub, .org, .agency], SecondFactorTests.malformedTokens)
  func aMalformedTokenIsUnauthorized(_ kind: PortalKind, _ token: String) async throws {
    let portals = try await PortalHarness.shared
    try await portals.completeReset(kind, token, Self.newPassword).expectProblem(401, "unauthorized")
    // The password is looked at first.
    try await portals.completeReset(kind, token, "12345678901").expectInvalid("new_password")
  }

  @Test(arguments: PortalKind.allCases, PortalKind.allCases)
  func aLinkWorksInItsOwnPortalOnly(_ kind: PortalKind, _ other: PortalKind) async throws {
    guard kind != other else { return }
    let portals = try await PortalHarness.shared
    let token = try await portals.requestReset(portals.account(kind))
    try await portals.completeReset(other, token, Self.newPassword).expectProblem(401, "unauthorized")
    try await portals.completeReset(other, String(token.suffix(64)), Self.newPassword).expectProblem(
      401,
      "unauthorized"
    )
  }
}
