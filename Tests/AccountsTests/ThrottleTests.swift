import PortalTestSupport
import TestSupport
import Testing

/// Guessing becomes slow, and nobody can have anybody flooded with mail; in every portal, with low limits.
@Suite struct ThrottleTests {
  private static let limits = ["LOGIN_MAX_FAILURES": "3", "MAIL_MAX_PER_RECIPIENT": "2"]

  private static func guess(
    _ account: TestAccount,
    _ portals: PortalHarness,
    times: Int,
    from client: String? = nil
  )
    async throws -> [Int]
  {
    var statuses: [Int] = []
    for _ in 0..<times {
      let response = try await portals.post(
        account.kind.path("login"),
        account.loginBody("a wrong password"),
        headers: PortalHarness.forwarded(for: client)
      )
      statuses.append(response.status)
    }
    return statuses
  }

  private static func pause(_ response: PortalResponse) throws -> Int {
    response.expectProblem(429, "too-many-requests")
    return try #require(response.header("Retry-After").flatMap { Int($0) })
  }

  @Test func beyondTheLimitNothingIsJudgedNotEvenTheRightPassword() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      for kind in PortalKind.allCases {
        let account = try await portals.account(kind)
        #expect(try await Self.guess(account, portals, times: 4) == [401, 401, 401, 429])
        let refused = try await portals.post(kind.path("login"), account.loginBody())
        #expect((1...60).contains(try Self.pause(refused)))
        #expect(try await portals.mailCount(kind.mail("tfa"), to: account.email) == 0)
        // Somebody else's account, and the same account from elsewhere, are not held up.
        let other = try await portals.account(kind, of: account.tenant)
        try await portals.post(kind.path("login"), other.loginBody()).expect(200)
        let elsewhere = [("X-Forwarded-For", "203.0.113.77")]
        try await portals.post(kind.path("login"), account.loginBody(), headers: elsewhere).expect(200)
        _ = try Self.pause(try await portals.post(kind.path("login"), account.loginBody()))
      }
    }
  }

  @Test func knownAndUnknownAccountsAreCountedAlike() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      for kind in PortalKind.allCases {
        let account = try await portals.account(kind)
        let unknown = account.loginBody("a wrong password")
          .with(kind.loginAddress, .string(TestAccount.unheardOfAddress()))
        var statuses: [Int] = []
        for _ in 1...4 { statuses.append(try await portals.post(kind.path("login"), unknown).status) }
        #expect(statuses == [401, 401, 401, 429])
      }
    }
  }

  @Test func pausesGrowAndEnd() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(.hub)
      _ = try await Self.guess(account, portals, times: 3)
      for (passed, pause) in [(61, 120), (121, 240), (241, 480), (481, 900), (901, 900)] {
        try await portals.passThrottles("\(passed) seconds")
        // One more guess is judged, and the pause after it is longer.
        #expect(try await Self.guess(account, portals, times: 1) == [401])
        let left = try Self.pause(try await portals.post("/hub/login", account.loginBody()))
        #expect((pause / 2 + 1...pause).contains(left))
      }
      try await portals.passThrottles("901 seconds")
      try await portals.post("/hub/login", account.loginBody()).expect(200)
      // A right password makes up for all of them.
      #expect(try await Self.guess(account, portals, times: 4) == [401, 401, 401, 429])
    }
  }

  @Test func guessesOfLongAgoAreForgotten() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(.hub)
      #expect(try await Self.guess(account, portals, times: 2) == [401, 401])
      try await portals.passThrottles("15 minutes")
      #expect(try await Self.guess(account, portals, times: 4) == [401, 401, 401, 429])
    }
  }

  @Test func guessesAtOnceAreCountedOneByOne() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(.hub)
      let statuses = try await together(12) { _ in
        try await portals.post("/hub/login", account.loginBody("a wrong password")).status
      }
      #expect(statuses.count { $0 == 401 } == 3 && statuses.count { $0 == 429 } == 9, "\(statuses)")
      let other = try await portals.account(.hub)
      let logins = try await together(8) { _ in try await portals.post("/hub/login", other.loginBody()).status
      }
      #expect(logins.allSatisfy { $0 == 200 }, "\(logins)")
    }
  }

  /// Whoever draws a new address from the same network for every guess is still the same guesser.
  @Test func aNetworkOfIPv6IsOneClient() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(.hub)
      var statuses: [Int] = []
      for client in [
        "2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:db8:1:2::3", "2001:db8:1:2::4", "2001:db8:1:3::1",
      ] {
        statuses += try await Self.guess(account, portals, times: 1, from: client)
      }
      #expect(statuses == [401, 401, 401, 429, 401])
    }
  }

  /// A client's own words in the header stand left of those that its proxy adds.
  @Test func aClientCannotChooseItsAddress() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(.hub)
      var statuses: [Int] = []
      for number in 1...4 {
        statuses += try await Self.guess(
          account,
          portals,
          times: 1,
          from: "198.51.100.\(number), 203.0.113.5"
        )
      }
      #expect(statuses == [401, 401, 401, 429])
    }
  }

  @Test func theSameAddressAtTwoTenantsIsTwoAccounts() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(.org)
      let elsewhere = try await portals.account(.org, email: account.email)
      #expect(try await Self.guess(account, portals, times: 4) == [401, 401, 401, 429])
      try await portals.post("/org/login", elsewhere.loginBody()).expect(200)
      // Nor has the other portal anything to do with it.
      let agency = try await portals.account(.agency, email: account.email)
      try await portals.post("/agency/login", agency.loginBody()).expect(200)
    }
  }

  @Test func aStolenSessionIsNoPlaceToGuessThePassword() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      for kind in PortalKind.allCases {
        let account = try await portals.account(kind)
        var statuses: [Int] = []
        for _ in 1...4 {
          statuses.append(
            try await portals.changePassword(account, "a wrong password", "a new and better one").status
          )
        }
        #expect(statuses == [401, 401, 401, 429])
        // Counted with the logins.
        _ = try Self.pause(try await portals.post(kind.path("login"), account.loginBody()))
        // The session itself goes on.
        #expect(try await portals.isOpen(account.session, kind))
      }
    }
  }

  @Test func aWrongCodeIsNoWrongPassword() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(.hub)
      let login = try await portals.beginLogin(account)
      for _ in 1...5 { try await portals.enter(login.wrongCode, login).expectProblem(403, "wrong-code") }
      try await portals.post("/hub/login", account.loginBody()).expect(200)
    }
  }

  @Test func nothingInTheDatabaseNamesTheGuesser() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(.hub)
      #expect(try await Self.guess(account, portals, times: 1, from: "203.0.113.9") == [401])
      #expect(try await portals.regional.count("throttles") == 1)
      let rows = try await portals.regional.count(
        "throttles",
        where: "throttles::text LIKE '%203.0.113.9%' OR throttles::text LIKE '%' || $1 || '%'",
        account.email
      )
      #expect(rows == 0)
    }
  }

  @Test func zeroSwitchesBothOff() async throws {
    try await PortalHarness.with(["LOGIN_MAX_FAILURES": "0", "MAIL_MAX_PER_RECIPIENT": "0"]) { portals in
      let account = try await portals.account(.hub)
      #expect(try await Self.guess(account, portals, times: 12).allSatisfy { $0 == 401 })
      for _ in 1...12 { try await portals.post("/hub/request-password-reset", account.resetBody).expect(200) }
      #expect(try await portals.mailCount("hub_password_reset", to: account.email) == 12)
    }
  }

  // MARK: Mails

  /// The end of the mails must not show whether there is an account.
  @Test func beyondTheLimitResetsAreAnsweredAsUsualAndNotMailed() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      for kind in PortalKind.allCases {
        let account = try await portals.account(kind)
        let responses = try await together(6) { _ in
          try await portals.post(kind.path("request-password-reset"), account.resetBody)
        }
        #expect(Set(responses.map(\.body)).count == 1 && responses.allSatisfy { $0.status == 200 })
        #expect(try await portals.mailCount(kind.mail("password_reset"), to: account.email) == 2)
        #expect(try await portals.rowCount("password_reset_tokens", of: account) == 2)
        // The hour ends.
        try await portals.passThrottles("61 minutes")
        try await portals.post(kind.path("request-password-reset"), account.resetBody).expect(200)
        #expect(try await portals.mailCount(kind.mail("password_reset"), to: account.email) == 3)
      }
    }
  }

  @Test func signupMailsToOneAddressEnd() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let email = TestAccount.unheardOfAddress()
      let statuses = try await together(5) { _ in
        try await portals.post("/hub/request-signup", ["email_address": .string(email)]).status
      }
      #expect(statuses.sorted() == [200, 200, 429, 429, 429])
      // Letter case makes no new address.
      let upper = try await portals.post(
        "/hub/request-signup",
        ["email_address": .string(email.uppercased())]
      )
      #expect((3000...3600).contains(try Self.pause(upper)))
      #expect(try await portals.mailCount("hub_signup_verification", to: email) == 2)
      #expect(try await portals.global.count("hub_signup_tokens", where: "email_address = $1", email) == 2)
      try await portals.passThrottles("61 minutes")
      try await portals.post("/hub/request-signup", ["email_address": .string(email)]).expect(200)
    }
  }

  /// All signups are counted together, whatever the portal.
  @Test func signupMailsOfTenantsAreCountedWithTheOthers() async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let email = "founder@\(PortalHarness.unheardOfDomain())"
      let body: JSON = ["email": .string(email), "home_region": "ind1"]
      for kind in PortalKind.tenants { try await portals.post(kind.path("init-signup"), body).expect(200) }
      // A signup that is under way would be refused for that reason.
      try await portals.global.run("DELETE FROM org_signup_tokens")
      _ = try Self.pause(try await portals.post("/org/init-signup", body))
      #expect(try await portals.global.count("org_signup_tokens") == 0)
    }
  }
}
