import PortalTestSupport
import TestSupport
import Testing

/// The first step of a login, in every portal.
@Suite struct LoginTests {
  @Test(arguments: PortalKind.allCases)
  func theRightPasswordGivesATokenAndMailsACode(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let response = try await portals.post(kind.path("login"), account.loginBody())
    let token = try #require(response.expectMembers(["tfa_token"])["tfa_token"].string)
    #expect(token.hasPrefix(kind.tokenPrefix))
    #expect(token.dropFirst(kind.tokenPrefix.count).wholeMatch(of: /[0-9a-f]{64}/) != nil)
    #expect(response.header("Content-Type") == "application/json")
    #expect(try await portals.mailCount(kind.mail("tfa"), to: account.email) == 1)
    #expect(try await portals.rowCount("tfa_tokens", of: account) == 1)
    // No session yet besides the one that the test has made.
    #expect(try await portals.rowCount("sessions", of: account) == 1)
    #expect(try await portals.life("tfa_tokens", of: account) == 600)
  }

  @Test(arguments: PortalKind.allCases)
  func theDatabaseHoldsHashesOnly(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let login = try await portals.beginLogin(account)
    let secret = String(login.token.suffix(64))
    for table in ["tfa_tokens", "sessions"] {
      let rows = try await portals.database(kind).count(
        kind.table(table),
        where:
          "\(kind.table(table))::text LIKE '%' || $1 || '%' OR \(kind.table(table))::text LIKE '%' || $2 || '%'",
        secret,
        String(account.session.suffix(64))
      )
      #expect(rows == 0)
    }
    // The code's hash depends on the token, so that a stolen table is no list of a million codes.
    let codeHash = try await portals.database(kind).text(
      "SELECT encode(code_hash, 'hex') FROM \(kind.table("tfa_tokens")) WHERE \(kind.userID) = $1",
      account.id
    )
    let expected = try await portals.database(kind).text(
      "SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')",
      "\(secret):\(login.code)"
    )
    #expect(codeHash == expected)
  }

  @Test(arguments: PortalKind.allCases)
  func theAddressMayBeWrittenInAnyLetterCase(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let body = account.loginBody().with(kind.loginAddress, .string(account.email.uppercased()))
    try await portals.post(kind.path("login"), body).expect(200)
    // The mail goes to the stored address.
    #expect(try await portals.mailCount(kind.mail("tfa"), to: account.email) == 1)
  }

  @Test(arguments: PortalKind.allCases)
  func earlierLoginsStayValid(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let first = try await portals.beginLogin(account)
    let second = try await portals.beginLogin(account)
    #expect(first.token != second.token)
    try await portals.enter(first.code, first).expect(200)
    try await portals.enter(second.code, second).expect(200)
  }

  @Test(arguments: PortalKind.allCases)
  func unknownAddressWrongPasswordAndRowWithoutPasswordAreAlike(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    var responses = [
      try await portals.post(kind.path("login"), account.loginBody("a wrong password")),
      try await portals.post(
        kind.path("login"),
        account.loginBody().with(kind.loginAddress, .string(TestAccount.unheardOfAddress()))
      ),
    ]
    if kind != .hub {
      let invited = try await portals.account(kind, of: account.tenant, status: "invited")
      responses.append(try await portals.post(kind.path("login"), invited.loginBody()))
      #expect(try await portals.mailCount(kind.mail("tfa"), to: invited.email) == 0)
    }
    for response in responses { response.expectProblem(401, "unauthorized") }
    #expect(Set(responses.map(\.body)).count == 1)
    #expect(Set(responses.map { "\($0.headers)" }).count == 1)
    #expect(try await portals.mailCount(kind.mail("tfa"), to: account.email) == 0)
    #expect(try await portals.rowCount("tfa_tokens", of: account) == 0)
  }

  @Test(arguments: PortalKind.allCases)
  func onlyWhoKnowsThePasswordLearnsThatAnAccountIsInactive(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    for status in kind.inactiveStatuses {
      let account = try await portals.account(kind)
      try await portals.setStatus(status, of: account)
      try await portals.post(kind.path("login"), account.loginBody()).expectProblem(422, "inactive-account")
      try await portals.post(kind.path("login"), account.loginBody("a wrong password"))
        .expectProblem(401, "unauthorized")
      #expect(try await portals.mailCount(kind.mail("tfa"), to: account.email) == 0)
    }
  }

  /// The routing row of a person exists, the account does not: to everybody but the operator that is an unknown
  /// address.
  @Test(arguments: [PortalKind.hub, .org, .agency])
  func aRoutingRowWithoutAccountIsAnUnknownAddress(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.regional.rows(
      "DELETE FROM \(kind.table("users")) WHERE \(kind.userID) = $1 RETURNING ''",
      account.id
    )
    try await portals.post(kind.path("login"), account.loginBody()).expectProblem(401, "unauthorized")
    // And the other way round: an account that nothing leads to.
    let lost = try await portals.account(kind)
    try await portals.global.rows(
      "DELETE FROM \(kind.table("users")) WHERE \(kind.userID) = $1 RETURNING ''",
      lost.id
    )
    try await portals.post(kind.path("login"), lost.loginBody()).expectProblem(401, "unauthorized")
    // Sessions do not depend on the global database.
    #expect(try await portals.isOpen(lost.session, kind))
  }

  @Test(
    arguments: PortalKind.allCases,
    [
      ("en-US", "Verification Code", "10 minutes", "en"),
      ("de-DE", "Bestätigungscode", "10 Minuten", "de"),
      ("ta-IN", "சரிபார்ப்புக் குறியீடு", "10 நிமிடங்களில்", "ta"),
      // A translation of the same primary language is better than English.
      ("de-AT", "Bestätigungscode", "10 Minuten", "de"),
      ("fr-FR", "Verification Code", "10 minutes", "en"),
      ("xyz-123", "Verification Code", "10 minutes", "en"),
      ("", "Verification Code", "10 minutes", "en"),
    ]
  )
  func theCodeIsMailedInTheAccountsLanguage(
    _ kind: PortalKind,
    _ expected: (language: String, subject: String, validity: String, tag: String)
  ) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind, language: expected.language)
    let login = try await portals.beginLogin(account)
    let mail = try await portals.mail(kind.mail("tfa"), to: account.email)
    #expect(mail.subject.contains(expected.subject), "\(mail.subject)")
    #expect(mail.text.contains(expected.validity), "\(mail.text)")
    #expect(mail.html.contains("lang=\"\(expected.tag)\"") && mail.html.contains(login.code))
    // What is stored is what is answered, translated or not.
    let response = try await portals.enter(login.code, login)
    #expect(response.json["preferred_language"] == .string(expected.language))
  }

  // MARK: Imported accounts

  /// Made by another program, of `TestAccount.password`.
  private static let bcrypt = "$2b$04$OfA.IDdGuy4Crf98H8FrpuuPpo5KOT3Rrh7j/T1xrxPkGibyALIHa"

  @Test(arguments: PortalKind.allCases)
  func anImportedHashIsReplacedByTheFirstLogin(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.setPasswordHash(Self.bcrypt, of: account)
    try await portals.post(kind.path("login"), account.loginBody("correct horse batterx"))
      .expectProblem(401, "unauthorized")
    #expect(try await portals.column("password_hash", of: account) == Self.bcrypt)
    let statuses = try await together(3) { _ in
      try await portals.post(kind.path("login"), account.loginBody()).status
    }
    #expect(statuses == [200, 200, 200])
    let renewed = try await portals.column("password_hash", of: account)
    #expect(renewed?.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$") == true)
    try await portals.post(kind.path("login"), account.loginBody()).expect(200)
    #expect(try await portals.column("password_hash", of: account) == renewed)
  }

  /// bcrypt looks at 72 bytes; what follows must not be left out of account.
  @Test func aLongPasswordMatchesNoImportedHash() async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(.hub)
    // Of 36 letters of two bytes each.
    try await portals.setPasswordHash(
      "$2b$04$W6TA/eIuNdxMP8NkgtG2iut0KzTLSozxMmJqVwx8VxgtFXXiSj0n2",
      of: account
    )
    let tooLong = account.loginBody(String(repeating: "ä", count: 40))
    try await portals.post("/hub/login", tooLong).expectProblem(401, "unauthorized")
    try await portals.post("/hub/login", account.loginBody(String(repeating: "ä", count: 36))).expect(200)
  }

  // MARK: Tenants

  @Test(arguments: PortalKind.tenants)
  func theDomainSelectsTheTenant(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let domain = try #require(account.tenant?.domain)
    // The same person at another tenant, with another password.
    let elsewhere = try await portals.account(kind, email: account.email)
    let other = try await portals.account(kind, email: account.email)
    try await portals.setPasswordHash("$argon2id$v=19$m=8,t=1,p=1$x$y", of: other)
    try await portals.post(kind.path("login"), account.loginBody()).expect(200)
    try await portals.post(kind.path("login"), elsewhere.loginBody()).expect(200)
    try await portals.post(kind.path("login"), other.loginBody()).expectProblem(401, "unauthorized")
    // Any letter case, and a further domain of the tenant, whatever the state of its proof.
    let upper = account.loginBody().with("domain", .string(domain.uppercased()))
    try await portals.post(kind.path("login"), upper).expect(200)
    let tenant = try #require(account.tenant)
    for status in ["PENDING", "FAILING"] {
      let (further, _) = try await portals.addDomain(to: tenant, status: status)
      try await portals.post(kind.path("login"), account.loginBody().with("domain", .string(further))).expect(
        200
      )
    }
  }

  @Test(arguments: PortalKind.tenants)
  func anUnknownDomainIsSaidAndAnUnknownUserIsNot(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let stranger = try await portals.account(kind)
    let unknown = account.loginBody().with("domain", .string(PortalHarness.unheardOfDomain()))
    try await portals.post(kind.path("login"), unknown).expectProblem(404, "no-such-domain")
    // A tenant of the other portal is none of this one.
    try await portals.post(kind.other.path("login"), account.loginBody()).expectProblem(404, "no-such-domain")
    // Somebody of another tenant is nobody here.
    let misplaced = stranger.loginBody().with("domain", .string(try #require(account.tenant).domain))
    try await portals.post(kind.path("login"), misplaced).expectProblem(401, "unauthorized")
  }
}
