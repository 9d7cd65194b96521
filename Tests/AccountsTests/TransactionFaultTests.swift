import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing

/// Changes that belong together are one transaction of one database: a fault between two statements leaves neither.
/// Each change is tried with the fault at its first table and at its last.
@Suite struct TransactionFaultTests {
  /// Somebody of a kind, with the right to manage others, in portals that the test may break.
  private static func withAccount(
    _ kind: PortalKind,
    _ body: (PortalHarness, TestAccount) async throws -> Void
  ) async throws {
    try await PortalHarness.with { portals in
      let roles = kind == .hub ? [] : ["manage_users", "invite_users"]
      try await body(portals, try await portals.account(kind, roles: roles, isAdmin: true))
    }
  }

  private static func rows(_ table: String, of account: TestAccount, _ portals: PortalHarness) async throws
    -> Int
  {
    let kind = account.kind
    return try await portals.database(kind).count(
      kind.table(table),
      where: "\(kind.userID) = $1",
      account.id
    )
  }

  // MARK: A token and its mail

  @Test(arguments: PortalKind.allCases, [true, false])
  func aCodeAndItsMail(_ kind: PortalKind, _ isMailRefused: Bool) async throws {
    try await Self.withAccount(kind) { portals, account in
      try await portals.database(kind).refuse(
        "INSERT",
        on: isMailRefused ? "emails" : kind.table("tfa_tokens")
      )
      try await portals.post(kind.path("login"), account.loginBody()).expectProblem(500, "internal-error")
      #expect(try await Self.rows("tfa_tokens", of: account, portals) == 0)
      #expect(try await portals.mailCount(kind.mail("tfa"), to: account.email) == 0)
    }
  }

  @Test(arguments: PortalKind.allCases, [true, false])
  func aResetTokenAndItsMail(_ kind: PortalKind, _ isMailRefused: Bool) async throws {
    try await Self.withAccount(kind) { portals, account in
      try await portals.database(kind).refuse(
        "INSERT",
        on: isMailRefused ? "emails" : kind.table("password_reset_tokens")
      )
      _ = try await portals.post(kind.path("request-password-reset"), account.resetBody)
      #expect(try await Self.rows("password_reset_tokens", of: account, portals) == 0)
      #expect(try await portals.mailCount(kind.mail("password_reset"), to: account.email) == 0)
    }
  }

  @Test(arguments: [true, false])
  func aChangedAddressesTokenAndItsMail(_ isMailRefused: Bool) async throws {
    try await Self.withAccount(.hub) { portals, account in
      let address = TestAccount.unheardOfAddress()
      try await portals.regional.refuse(
        "INSERT",
        on: isMailRefused ? "emails" : "hub_email_verification_tokens"
      )
      try await portals.post(
        "/hub/request-email-change",
        ["new_email_address": .string(address)],
        session: account.session
      ).expectProblem(500, "internal-error")
      #expect(try await Self.rows("email_verification_tokens", of: account, portals) == 0)
      #expect(try await portals.mailCount("hub_email_verification", to: address) == 0)
    }
  }

  /// An invited administrator, a token and a mail: one database, so one transaction. Those of tenants are sagas.
  @Test(arguments: ["emails", "admin_invitation_tokens", "admin_users"])
  func anInvitedAdministrator(_ refused: String) async throws {
    try await Self.withAccount(.admin) { portals, account in
      let address = TestAccount.unheardOfAddress()
      try await portals.global.refuse("INSERT", on: refused)
      try await portals.post(
        "/admin/invite-user",
        ["email_address": .string(address)],
        session: account.session
      ).expectProblem(500, "internal-error")
      #expect(try await portals.global.count("admin_users", where: "email_address = $1", address) == 0)
      #expect(try await portals.global.count("admin_invitation_tokens") == 0)
      #expect(try await portals.mailCount("admin_invitation", to: address) == 0)
    }
  }

  // MARK: A session and the token that it took

  @Test(arguments: PortalKind.allCases, [true, false])
  func aSessionAndTheCodesToken(_ kind: PortalKind, _ isSessionRefused: Bool) async throws {
    try await Self.withAccount(kind) { portals, account in
      let login = try await portals.beginLogin(account)
      try await portals.database(kind).refuse(
        isSessionRefused ? "INSERT" : "DELETE",
        on: kind.table(isSessionRefused ? "sessions" : "tfa_tokens")
      )
      try await portals.enter(login.code, login).expectProblem(500, "internal-error")
      #expect(try await Self.rows("tfa_tokens", of: account, portals) == 1)
      // The one that the account was made with.
      #expect(try await Self.rows("sessions", of: account, portals) == 1)
    }
  }

  // MARK: A password and the sessions

  private static func expectOldPassword(_ account: TestAccount, sessions: Int, _ portals: PortalHarness)
    async throws
  {
    #expect(try await rows("sessions", of: account, portals) == sessions)
    try await portals.post(account.kind.path("login"), account.loginBody()).expect(200)
    try await portals.post(account.kind.path("login"), account.loginBody("another password"))
      .expectProblem(401, "unauthorized")
  }

  @Test(arguments: PortalKind.allCases, [true, false])
  func aChangedPasswordAndTheSessions(_ kind: PortalKind, _ isDeletionRefused: Bool) async throws {
    try await Self.withAccount(kind) { portals, account in
      _ = try await portals.logIn(account)
      try await portals.database(kind).refuse(
        isDeletionRefused ? "DELETE" : "UPDATE",
        on: kind.table(isDeletionRefused ? "sessions" : "users")
      )
      try await portals.changePassword(account, TestAccount.password, "another password")
        .expectProblem(500, "internal-error")
      try await Self.expectOldPassword(account, sessions: 2, portals)
    }
  }

  @Test(arguments: PortalKind.allCases, ["sessions", "users", "password_reset_tokens"])
  func aResetPasswordTheSessionsAndTheToken(_ kind: PortalKind, _ refused: String) async throws {
    try await Self.withAccount(kind) { portals, account in
      let token = try await portals.requestReset(account)
      try await portals.database(kind).refuse(
        refused == "users" ? "UPDATE" : "DELETE",
        on: kind.table(refused)
      )
      try await portals.completeReset(kind, token, "another password").expectProblem(500, "internal-error")
      #expect(try await Self.rows("password_reset_tokens", of: account, portals) == 1)
      try await Self.expectOldPassword(account, sessions: 1, portals)
    }
  }

  // MARK: Disabling and the ways in

  @Test(
    arguments: [PortalKind.org, .agency, .admin],
    ["users", "sessions", "tfa_tokens", "password_reset_tokens"]
  )
  func aDisabledUserAndTheirWaysIn(_ kind: PortalKind, _ refused: String) async throws {
    try await Self.withAccount(kind) { portals, account in
      let target = try await portals.account(kind, of: account.tenant)
      _ = try await portals.beginLogin(target)
      _ = try await portals.requestReset(target)
      try await portals.database(kind).refuse(
        refused == "users" ? "UPDATE" : "DELETE",
        on: kind.table(refused)
      )
      try await portals.post(
        kind.path("disable-user"),
        ["email_address": .string(target.email)],
        session: account.session
      ).expectProblem(500, "internal-error")
      for table in ["sessions", "tfa_tokens", "password_reset_tokens"] {
        #expect(try await Self.rows(table, of: target, portals) == 1, "\(table)")
      }
      let status = try await portals.database(kind).text(
        "SELECT status::text FROM \(kind.table("users")) WHERE \(kind.userID) = $1",
        target.id
      )
      #expect(status == "active")
    }
  }
}
