import FoundationEssentials
import PortalTestSupport
import TestSupport
import Testing
import Vocabulary

/// What a stolen role of a region can make of the rows of sign-ups in the global database: nothing.
@Suite struct ProvenSignupTests {
  private static let key = Data(repeating: 7, count: 32).base64EncodedString()
  private static let guess = Data(repeating: 8, count: 32).base64EncodedString()

  private static func with(_ body: (PortalHarness) async throws -> Void) async throws {
    try await PortalHarness.with(["SIGNUP_TOKEN_KEYS": key], body)
  }

  /// Inserts a row as the region's role, which writes what it likes but for the region.
  private static func insert(_ token: String, _ address: String, _ portals: PortalHarness) async throws {
    try await portals.global.run(
      """
      SET SESSION AUTHORIZATION vetchium_api_ind1;
      INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, expires_at) VALUES
        (sha256('\(token)'), '\(address)', sha256('\(address)'), now() + interval '1 year');
      RESET SESSION AUTHORIZATION
      """
    )
  }

  private static func token(
    _ keys: String,
    madeIn: String = "ind1",
    _ address: String,
    from now: Date = Date()
  ) throws -> String {
    let claim = SignupClaim(kind: "hub", madeIn: madeIn, address: address)
    return try SignupTokenSealer.parse(keys).token(for: claim, validFor: .seconds(60), from: now).hex
  }

  @Test func aStolenRoleSignsNobodyUpWithARowOfItsOwn() async throws {
    try await Self.with { portals in
      let victim = TestAccount.unheardOfAddress("victim")
      let forged = [
        RawToken().hex, "any text", try Self.token(Self.guess, victim),
        try Self.token(Self.key, TestAccount.unheardOfAddress("thief")),
        try Self.token(Self.key, madeIn: "usa1", victim),
        try Self.token(Self.key, victim, from: Date() - 3600),
      ]
      for (index, token) in forged.enumerated() {
        try await Self.insert(token, victim, portals)
        try await portals.completeSignup(PortalHarness.signupBody(token)).expectProblem(401, "unauthorized")
        #expect(portals.alerts.count == Int64(index + 1))
      }
      let line = try #require(portals.alerts.lines.last)
      #expect(line["intended_action"] == "refuse_unproven_signup")
      #expect(line["error"]?.contains("ind1") == true && !line.values.contains { $0.contains("victim") })
      #expect(try await portals.global.count("hub_users") == 0)
    }
  }

  /// The thief has proven an address of their own, and puts the victim's in its place.
  @Test func aTokenIsWorthNothingBesideAnotherAddress() async throws {
    try await Self.with { portals in
      let token = try await portals.requestSignup(TestAccount.unheardOfAddress("thief"))
      try await portals.global.run("DELETE FROM hub_signup_tokens")
      try await Self.insert(token, TestAccount.unheardOfAddress("victim"), portals)
      try await portals.completeSignup(PortalHarness.signupBody(token)).expectProblem(401, "unauthorized")
      #expect(portals.alerts.count == 1)
    }
  }

  @Test func whoeverGotTheMailSignsUpAndTheAddressIsGone() async throws {
    try await Self.with { portals in
      let email = TestAccount.unheardOfAddress()
      let token = try await portals.requestSignup(email)
      #expect(try await portals.global.count("hub_signup_tokens", where: "email_address = $1", email) == 1)
      try await portals.completeSignup(PortalHarness.signupBody(token)).expect(201)
      #expect(
        try await portals.global.count("hub_signup_tokens", where: "email_address = '' AND made_in = 'ind1'")
          == 1
      )
      try await portals.completeSignup(PortalHarness.signupBody(token)).expectProblem(
        409,
        "already-registered"
      )
      #expect(portals.alerts.count == 0)
    }
  }

  /// The owner's tools name no region, and have no key.
  @Test func aRowOfTheOwnersToolsIsTaken() async throws {
    try await Self.with { portals in
      let (token, email) = (RawToken(), "tool@not-approved.example")
      try await portals.global.rows(
        """
        INSERT INTO hub_signup_tokens (token_hash, email_address, email_address_hash, expires_at)
        VALUES ($1, $2, $3, now() + interval '1 hour') RETURNING ''
        """,
        token.hash,
        email,
        SHA256.hash(email.utf8)
      )
      try await portals.completeSignup(PortalHarness.signupBody(token.hex)).expect(201)
    }
  }
}
