import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// A new password for whoever is signed in and knows the current one, in every portal.
@Suite struct ChangePasswordTests {
  private static let newPassword = "a new and better one"

  @Test(arguments: PortalKind.allCases)
  func theSessionThatAsksGoesOnAndEverythingElseEnds(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let other = try await portals.openSession(of: account)
    let login = try await portals.beginLogin(account)
    let reset = try await portals.requestReset(account)
    if kind == .hub {
      let body: JSON = ["new_email_address": .string(TestAccount.unheardOfAddress())]
      try await portals.post("/hub/request-email-change", body, session: other).expect(200)
    }
    try await portals.changePassword(account, TestAccount.password, Self.newPassword).expectEmpty()

    #expect(try await portals.isOpen(account.session, kind))
    #expect(try await !portals.isOpen(other, kind))
    try await portals.enter(login.code, login).expectProblem(401, "unauthorized")
    try await portals.completeReset(kind, reset, "yet another password").expectProblem(401, "unauthorized")
    var tables = ["tfa_tokens", "password_reset_tokens"]
    if kind == .hub { tables.append("email_verification_tokens") }
    for table in tables { #expect(try await portals.rowCount(table, of: account) == 0, "\(table)") }
    #expect(try await portals.rowCount("sessions", of: account) == 1)
    try await portals.post(kind.path("login"), account.loginBody()).expectProblem(401, "unauthorized")
    try await portals.post(kind.path("login"), account.loginBody(Self.newPassword)).expect(200)
  }

  @Test(arguments: PortalKind.allCases)
  func thereAndBackAgain(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.changePassword(account, TestAccount.password, Self.newPassword).expectEmpty()
    try await portals.changePassword(account, Self.newPassword, TestAccount.password).expectEmpty()
    try await portals.post(kind.path("login"), account.loginBody()).expect(200)
  }

  @Test(arguments: PortalKind.allCases)
  func aWrongCurrentPasswordChangesNothing(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let other = try await portals.openSession(of: account)
    let response = try await portals.changePassword(account, "not the current one", Self.newPassword)
    // Not `unauthorized`, as for a session that has ended: clients would sign the person out.
    response.expectProblem(401, "wrong-current-password")
    #expect(response.header("WWW-Authenticate") == "Bearer")
    try await portals.changePassword(
      account,
      "x not the current",
      Self.newPassword,
      session: "\(account.session)0"
    )
    .expectProblem(401, "unauthorized")
    #expect(try await portals.column("password_hash", of: account) == TestAccount.passwordHash)
    #expect(try await portals.isOpen(other, kind))
    #expect(try await portals.isOpen(account.session, kind))
  }

  @Test(arguments: PortalKind.allCases)
  func theNewPasswordMustDiffer(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let response = try await portals.changePassword(account, TestAccount.password, TestAccount.password)
    response.expectInvalid("new_password")
    #expect(response.json["errors"][0]["message"] == "must be different from current password")
    // Said before the current password is looked at.
    try await portals.changePassword(account, "not the current one", "not the current one").expectInvalid(
      "new_password"
    )
  }

  @Test(arguments: PortalKind.allCases)
  func theSessionComesBeforeTheBodyAndTheBodyBeforeThePassword(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let path = kind.path("change-password")
    let malformed = Data("{".utf8)
    try await portals.send("POST", path, body: malformed).expectProblem(401, "unauthorized")
    let bearer = [("Authorization", "Bearer \(account.session)")]
    try await portals.send("POST", path, headers: bearer, body: malformed).expectProblem(
      400,
      "malformed-body"
    )
    try await portals.changePassword(account, "", "").expectInvalid("current_password", "new_password")
    try await portals.changePassword(account, "too short", Self.newPassword).expectInvalid("current_password")
    try await portals.changePassword(account, "not the current one", "too short").expectInvalid(
      "new_password"
    )
  }

  @Test(arguments: PortalKind.allCases)
  func ofManyChangesAtOnceOneWins(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    let statuses = try await together(4) { number in
      try await portals.changePassword(account, TestAccount.password, "new password number \(number)").status
    }
    #expect(statuses.sorted() == [200, 401, 401, 401])
  }

  /// A login that has verified the old password must not outlive it, however the two run into each other.
  @Test(arguments: PortalKind.allCases)
  func aLoginDoesNotSlipPastAChange(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    async let logins = together(6) { _ in
      try await portals.post(kind.path("login"), account.loginBody()).status
    }
    async let change = portals.changePassword(account, TestAccount.password, Self.newPassword).status
    let statuses = try await logins
    #expect(try await change == 200)
    #expect(statuses.allSatisfy { $0 == 200 || $0 == 401 }, "\(statuses)")
    // A login that came first has lost its token; one that came later found another password.
    #expect(try await portals.rowCount("tfa_tokens", of: account) == 0)
  }

  @Test(arguments: PortalKind.allCases)
  func anImportedPasswordCanBeChanged(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.setPasswordHash(
      "$2b$04$OfA.IDdGuy4Crf98H8FrpuuPpo5KOT3Rrh7j/T1xrxPkGibyALIHa",
      of: account
    )
    try await portals.changePassword(account, TestAccount.password, Self.newPassword).expectEmpty()
    #expect(try await portals.column("password_hash", of: account)?.hasPrefix("$argon2id$") == true)
  }
}
