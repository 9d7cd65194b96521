import PortalTestSupport
import TestSupport
import Testing

/// Mails to people who may never have asked for one: by recipient, by signed-in sender, and signups by client.
@Suite struct MailLimitTests {
  private static func pause(_ response: PortalResponse) throws -> Int {
    response.expectProblem(429, "too-many-requests")
    return try #require(response.header("Retry-After").flatMap { Int($0) })
  }

  private static func requestChange(_ person: TestAccount, to address: String, _ portals: PortalHarness)
    async throws -> PortalResponse
  {
    let body: JSON = ["new_email_address": .string(address)]
    return try await portals.post("/hub/request-email-change", body, session: person.session)
  }

  private static func invite(_ address: String, by inviter: TestAccount, _ portals: PortalHarness)
    async throws
    -> PortalResponse
  {
    let body: JSON = ["email_address": .string(address)]
    return try await portals.post(inviter.kind.path("invite-user"), body, session: inviter.session)
  }

  // MARK: Changes of address

  /// Sixty mails to one stranger from one session: ten are sent.
  @Test func aStrangerGetsTenMailsAnHour() async throws {
    let portals = try await PortalHarness.shared
    let person = try await portals.account(.hub)
    let stranger = TestAccount.unheardOfAddress("stranger")
    var statuses: [Int] = []
    for _ in 1...60 { statuses.append(try await Self.requestChange(person, to: stranger, portals).status) }
    #expect(statuses == Array(repeating: 200, count: 10) + Array(repeating: 429, count: 50))
    #expect(try await portals.mailCount("hub_email_verification", to: stranger) == 10)
    #expect(try await portals.rowCount("email_verification_tokens", of: person) == 10)
    // Whoever asks, in whatever letter case.
    let other = try await portals.account(.hub)
    let refused = try await Self.requestChange(other, to: stranger.uppercased(), portals)
    #expect((3000...3600).contains(try Self.pause(refused)))
    // Other strangers are others, and nobody has used up what the stranger may ask for.
    try await Self.requestChange(person, to: TestAccount.unheardOfAddress(), portals).expect(200)
    try await portals.post("/hub/request-signup", ["email_address": .string(stranger)]).expect(200)
  }

  @Test func aSenderMayWriteToSoManyStrangers() async throws {
    try await PortalHarness.with(["MAIL_MAX_PER_SENDER": "3"]) { portals in
      let person = try await portals.account(.hub)
      let statuses = try await together(5) { _ in
        try await Self.requestChange(person, to: TestAccount.unheardOfAddress(), portals).status
      }
      #expect(statuses.sorted() == [200, 200, 200, 429, 429])
      #expect(try await portals.rowCount("email_verification_tokens", of: person) == 3)
      try await Self.requestChange(portals.account(.hub), to: TestAccount.unheardOfAddress(), portals).expect(
        200
      )
      try await portals.passThrottles("61 minutes")
      try await Self.requestChange(person, to: TestAccount.unheardOfAddress(), portals).expect(200)
    }
  }

  @Test func whatIsRefusedForAnotherReasonIsNotCounted() async throws {
    let portals = try await PortalHarness.shared
    let (person, taken) = (try await portals.account(.hub), try await portals.account(.hub))
    for _ in 1...12 { try await Self.requestChange(person, to: taken.email, portals).expect(409) }
    try await portals.global.rows(
      "DELETE FROM hub_users WHERE hub_user_global_id = $1 RETURNING ''",
      taken.id
    )
    try await Self.requestChange(person, to: taken.email, portals).expect(200)
  }

  // MARK: Invitations

  @Test(arguments: PortalKind.tenants)
  func tenantsTogetherInviteAnAddressSoOften(_ kind: PortalKind) async throws {
    try await PortalHarness.with(["MAIL_MAX_PER_RECIPIENT": "2"]) { portals in
      let user = try await portals.account(kind)
      var statuses: [Int] = []
      for _ in 1...3 {
        let inviter = try await portals.account(kind, isAdmin: true)
        statuses.append(try await Self.invite(user.email, by: inviter, portals).status)
        // Who is invited already is said first, and not counted.
        let again = try await Self.invite(user.email, by: inviter, portals).status
        #expect(again == (statuses.last == 201 ? 409 : 429))
      }
      #expect(statuses == [201, 201, 429])
      #expect(try await portals.mailCount(kind.mail("invitation"), to: user.email) == 2)
      // Nothing is left of the third one: three routing rows are the user's own and two invitations.
      let hash = "email_address_hash = sha256(convert_to($1, 'UTF8'))"
      #expect(try await portals.global.count(kind.table("users"), where: hash, user.email) == 3)
      #expect(try await portals.regional.count("sagas") == 0)
      // The owner of the address still gets what they ask for.
      try await portals.post(kind.path("request-password-reset"), user.resetBody).expect(200)
      #expect(try await portals.mailCount(kind.mail("password_reset"), to: user.email) == 1)
    }
  }

  @Test(arguments: PortalKind.tenants + [.admin])
  func anInviterMayWriteToSoManyStrangers(_ kind: PortalKind) async throws {
    try await PortalHarness.with(["MAIL_MAX_PER_SENDER": "2"]) { portals in
      let inviter = try await portals.account(kind, roles: ["invite_users"])
      let colleague = try await portals.account(kind, of: inviter.tenant, roles: ["invite_users"])
      var statuses: [Int] = []
      for _ in 1...3 {
        statuses.append(try await Self.invite(TestAccount.unheardOfAddress(), by: inviter, portals).status)
      }
      #expect(statuses == [201, 201, 429])
      try await Self.invite(TestAccount.unheardOfAddress(), by: colleague, portals).expect(201)
    }
  }

  @Test(arguments: PortalKind.tenants + [.admin])
  func invitationsAreRenewedSoOften(_ kind: PortalKind) async throws {
    try await PortalHarness.with(["MAIL_MAX_PER_RECIPIENT": "2"]) { portals in
      let inviter = try await portals.account(kind, roles: ["invite_users"])
      let address = TestAccount.unheardOfAddress()
      var statuses: [Int] = []
      for _ in 1...3 {
        statuses.append(try await Self.invite(address, by: inviter, portals).status)
        try await portals.database(kind).run(
          "UPDATE \(kind.table("invitation_tokens")) SET expires_at = now()"
        )
      }
      #expect(statuses == [201, 201, 429])
      #expect(try await portals.mailCount(kind.mail("invitation"), to: address) == 2)
    }
  }

  // MARK: Resets

  /// Nobody is locked out of resets and signups by requests that mail them nothing.
  @Test func requestsForNobodyUseNothingUp() async throws {
    try await PortalHarness.with(["MAIL_MAX_PER_RECIPIENT": "2"]) { portals in
      let person = try await portals.account(.hub)
      let newcomer = TestAccount.unheardOfAddress()
      for kind in PortalKind.tenants + [.admin] {
        let account = try await portals.account(kind)
        for address in [person.email, newcomer] {
          let body = account.resetBody.with("email_address", .string(address))
          for _ in 1...3 { try await portals.post(kind.path("request-password-reset"), body).expect(200) }
        }
      }
      try await portals.post("/hub/request-password-reset", person.resetBody).expect(200)
      #expect(try await portals.mailCount("hub_password_reset", to: person.email) == 1)
      try await portals.post("/hub/request-signup", ["email_address": .string(newcomer)]).expect(200)
    }
  }

  // MARK: Signups

  @Test func aClientBeginsSoManySignups() async throws {
    try await PortalHarness.with(["SIGNUP_MAX_PER_CLIENT": "2"]) { portals in
      func signUp(_ path: String, _ body: JSON, from client: String) async throws -> PortalResponse {
        try await portals.post(path, body, headers: PortalHarness.forwarded(for: client))
      }
      func person() -> JSON { ["email_address": .string(TestAccount.unheardOfAddress())] }
      func tenant() -> JSON {
        ["email": .string("founder@\(PortalHarness.unheardOfDomain())"), "home_region": "ind1"]
      }
      // All portals count together, and a /64 of IPv6 is one client.
      try await signUp("/hub/request-signup", person(), from: "2001:db8:1:2::1").expect(200)
      try await signUp("/org/init-signup", tenant(), from: "2001:db8:1:2::2").expect(200)
      let refused = try await signUp("/hub/request-signup", person(), from: "2001:db8:1:2::3")
      #expect((3000...3600).contains(try Self.pause(refused)))
      try await signUp("/agency/init-signup", tenant(), from: "2001:db8:1:2::4").expect(429)
      #expect(try await portals.global.count("agency_signup_tokens") == 0)
      #expect(try await portals.regional.count("sagas") == 0)
      try await signUp("/hub/request-signup", person(), from: "2001:db8:1:3::1").expect(200)
      // This machine is not counted: it stands for everybody behind a proxy that does not name its clients.
      for client in ["127.0.0.1", "::1"] {
        for _ in 1...3 { try await signUp("/hub/request-signup", person(), from: client).expect(200) }
      }
      try await portals.passThrottles("61 minutes")
      try await signUp("/hub/request-signup", person(), from: "2001:db8:1:2::1").expect(200)
    }
  }
}
