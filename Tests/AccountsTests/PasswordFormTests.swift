import PortalTestSupport
import TestSupport
import Testing

/// Passwords have one form (RFC 8265, OpaqueString): what one keyboard composes and another sends in parts is the same
/// password, in every portal; and hashes that were made before they had it stay valid.
@Suite struct PasswordFormTests {
  private static let composed = "p\u{E9}ch\u{E9} de vigne"
  private static let inParts = "pe\u{301}che\u{301} de vigne"
  private static let another = "a new and better one"

  /// Of `inParts`, byte by byte, as they were made before.
  private static let oldHashes = [
    "$argon2id$v=19$m=8,t=1,p=1$iFr3LJbxuKy2qzA6DQYSmw$gOA5JtxdscMyvNGop9nIYFNq5Y+RQHwmMk9D25nDRMc",
    "$2b$04$abcdefghijklmnopqrstuu3RVeiNrjm4ivcfdB3eELlRnMhNVH4e.",
  ]

  @Test(
    arguments: PortalKind.allCases,
    [(composed, inParts), (inParts, composed), ("\u{BCA} twelve chars", "\u{BC6}\u{BBE} twelve chars")]
  )
  func aPasswordIsTheSameFromEveryKeyboard(_ kind: PortalKind, _ typed: (first: String, then: String))
    async throws
  {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.changePassword(account, TestAccount.password, typed.first).expectEmpty()
    try await portals.post(kind.path("login"), account.loginBody(typed.then)).expect(200)
    try await portals.post(kind.path("login"), account.loginBody(typed.first)).expect(200)
    // As a new password it is the current one.
    try await portals.changePassword(account, typed.first, typed.then).expectInvalid("new_password")
    try await portals.changePassword(account, typed.then, Self.another).expectEmpty()
    let reset = try await portals.requestReset(account)
    try await portals.completeReset(kind, reset, typed.then).expectEmpty()
    try await portals.post(kind.path("login"), account.loginBody(typed.first)).expect(200)
  }

  @Test(arguments: PortalKind.allCases, oldHashes)
  func aHashOfWhatWasTypedIsReplacedByTheFirstLogin(_ kind: PortalKind, _ hash: String) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.setPasswordHash(hash, of: account)
    // From another keyboard it does not match yet, as it never did.
    try await portals.post(kind.path("login"), account.loginBody(Self.composed)).expectProblem(
      401,
      "unauthorized"
    )
    #expect(try await portals.column("password_hash", of: account) == hash)
    try await portals.post(kind.path("login"), account.loginBody(Self.inParts)).expect(200)
    #expect(
      try await portals.column("password_hash", of: account)?.hasPrefix("$argon2id$v=19$m=19456") == true
    )
    for password in [Self.composed, Self.inParts] {
      try await portals.post(kind.path("login"), account.loginBody(password)).expect(200)
    }
  }

  @Test(arguments: PortalKind.allCases, oldHashes)
  func aPasswordOfAnOldHashCanBeChanged(_ kind: PortalKind, _ hash: String) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.setPasswordHash(hash, of: account)
    try await portals.changePassword(account, Self.inParts, Self.another).expectEmpty()
    try await portals.post(kind.path("login"), account.loginBody(Self.another)).expect(200)
  }

  /// Six letters with accents were twelve characters when what was typed was counted.
  @Test(arguments: PortalKind.allCases)
  func anOldPasswordThatIsTooShortInItsFormStaysOne(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    try await portals.setPasswordHash(
      "$argon2id$v=19$m=8,t=1,p=1$3q7hHmZo7KFoNy6Piw8olQ$8eTAISgCSL6WY0KCJkmlxBtUEJf3SESV0uWPiJPjbpg",
      of: account
    )
    let old = String(repeating: "e\u{301}", count: 6)
    for _ in 1...2 { try await portals.post(kind.path("login"), account.loginBody(old)).expect(200) }
    try await portals.changePassword(account, TestAccount.password, old).expectInvalid("new_password")
    try await portals.changePassword(account, old, Self.another).expectEmpty()
  }
}
