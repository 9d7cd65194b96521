import PortalTestSupport
import TestSupport
import Testing

@testable import Accounts

/// Wrong codes and mails with codes are counted by the account, however many logins they belong to, in every portal.
@Suite struct CodeThrottleTests {
  private static let limits = ["TFA_MAX_FAILURES": "3", "TFA_MAX_MAILS": "2"]

  /// The lowest limits that still let a guesser log in as often as they like.
  private static let fewGuesses = ["TFA_MAX_FAILURES": "3"]

  private static func pause(_ response: PortalResponse) throws -> Int {
    response.expectProblem(429, "too-many-requests")
    return try #require(response.header("Retry-After").flatMap { Int($0) })
  }

  /// Enters a wrong code in a new login for each guess; logins beyond the limit of mails are left out.
  private static func guess(
    _ account: TestAccount,
    _ portals: PortalHarness,
    times: Int,
    from client: (Int) -> String? = { _ in nil }
  ) async throws -> [Int] {
    var statuses: [Int] = []
    for number in 0..<times {
      let login = try await portals.beginLogin(account, from: client(number))
      statuses.append(try await portals.enter(login.wrongCode, login, from: client(number)).status)
    }
    return statuses
  }

  /// 205 wrong codes over 41 logins, as somebody who knows the password would try: ten are judged.
  @Test(arguments: PortalKind.allCases)
  func tokensAreNotFree(_ kind: PortalKind) async throws {
    let portals = try await PortalHarness.shared
    let account = try await portals.account(kind)
    var (codes, logins): ([Int], [Int]) = ([], [])
    var token: JSON = .null
    for _ in 1...41 {
      let login = try await portals.post(kind.path("login"), account.loginBody())
      logins.append(login.status)
      if login.status == 200 { token = login.json["tfa_token"] }
      for _ in 1...5 {
        let body: JSON = ["tfa_token": token, "tfa_code": "000000"]
        codes.append(try await portals.post(kind.path("tfa"), body).status)
      }
    }
    // One code in a million is right by chance, and opens a session.
    #expect(
      codes.prefix(10).allSatisfy { $0 == 403 } && codes.dropFirst(10).allSatisfy { $0 == 429 },
      "\(codes)"
    )
    #expect(logins == Array(repeating: 200, count: 20) + Array(repeating: 429, count: 21))
    #expect(try await portals.mailCount(kind.mail("tfa"), to: account.email) == 20)
  }

  @Test(arguments: PortalKind.allCases)
  func inAPauseNotEvenTheRightCodeIsJudged(_ kind: PortalKind) async throws {
    try await PortalHarness.with(Self.fewGuesses) { portals in
      let account = try await portals.account(kind)
      #expect(try await Self.guess(account, portals, times: 4) == [403, 403, 403, 429])
      let login = try await portals.beginLogin(account)
      #expect((1...60).contains(try Self.pause(try await portals.enter(login.code, login))))
      // Nothing was counted: the code is as good as before once the pause is over.
      let failures = try await portals.database(kind).count(
        kind.table("tfa_tokens"),
        where: "failed_attempts > 0"
      )
      #expect(failures == 3)
      try await portals.passThrottles("61 seconds")
      try await portals.enter(login.code, login).expect(200)
    }
  }

  @Test(arguments: PortalKind.allCases)
  func anotherClientsPauseDoesNotHoldUpTheOwner(_ kind: PortalKind) async throws {
    try await PortalHarness.with(Self.fewGuesses) { portals in
      let account = try await portals.account(kind)
      let other = try await portals.account(kind, of: account.tenant)
      #expect(
        try await Self.guess(account, portals, times: 4) { _ in "203.0.113.9" } == [403, 403, 403, 429]
      )
      // Nor anybody else's account, from the same network.
      let neighbour = try await portals.beginLogin(other, from: "203.0.113.9")
      try await portals.enter(neighbour.code, neighbour, from: "203.0.113.9").expect(200)
      let login = try await portals.beginLogin(account, from: "198.51.100.7")
      try await portals.enter(login.code, login, from: "198.51.100.7").expect(200)
    }
  }

  /// Whoever guesses from everywhere holds the owner up as well, until the owner has a new password.
  @Test(arguments: PortalKind.allCases)
  func guessesFromEverywhereEndWithANewPassword(_ kind: PortalKind) async throws {
    try await PortalHarness.with(Self.fewGuesses) { portals in
      let account = try await portals.account(kind)
      let statuses = try await Self.guess(account, portals, times: 11) { "203.0.113.\($0 + 1)" }
      #expect(statuses == Array(repeating: 403, count: 9) + [429, 429])
      let login = try await portals.beginLogin(account)
      #expect((1...120).contains(try Self.pause(try await portals.enter(login.code, login))))
      let token = try await portals.requestReset(account)
      try await portals.completeReset(kind, token, "a new and better one").expectEmpty()
      #expect(try await portals.isOpen(portals.logIn(account, "a new and better one"), kind))
    }
  }

  @Test func whoIsSignedInSetsTheCountersBackWithANewPassword() async throws {
    try await PortalHarness.with(Self.fewGuesses) { portals in
      let account = try await portals.account(.hub)
      #expect(try await Self.guess(account, portals, times: 4) == [403, 403, 403, 429])
      try await portals.changePassword(account, TestAccount.password, "a new and better one").expectEmpty()
      #expect(try await portals.isOpen(portals.logIn(account, "a new and better one"), .hub))
    }
  }

  @Test func pausesGrowAndEnd() async throws {
    try await PortalHarness.with(["TFA_MAX_FAILURES": "3", "TFA_MAX_MAILS": "0"]) { portals in
      let account = try await portals.account(.hub)
      #expect(try await Self.guess(account, portals, times: 3) == [403, 403, 403])
      for (passed, pause) in [(61, 120), (121, 240), (241, 480), (481, 900), (901, 900)] {
        try await portals.passThrottles("\(passed) seconds")
        #expect(try await Self.guess(account, portals, times: 1) == [403])
        let login = try await portals.beginLogin(account)
        let left = try Self.pause(try await portals.enter(login.code, login))
        #expect((pause / 2 + 1...pause).contains(left))
      }
      try await portals.passThrottles("901 seconds")
      // A right code makes up for all of them.
      _ = try await portals.logIn(account)
      #expect(try await Self.guess(account, portals, times: 4) == [403, 403, 403, 429])
    }
  }

  /// A slow guesser: within the limit of a quarter of an hour, and beyond that of a day.
  @Test func codesOfTheWholeDayAreCountedTogether() async throws {
    try await PortalHarness.with(["TFA_MAX_FAILURES": "3", "TFA_MAX_MAILS": "0"]) { portals in
      let account = try await portals.account(.hub)
      var statuses: [Int] = []
      for _ in 1...5 {
        statuses += try await Self.guess(account, portals, times: 2)
        try await portals.passThrottles("901 seconds")
      }
      // The ninth begins a pause of a minute, in which nothing is judged; the tenth, a while later, one of two.
      #expect(statuses == Array(repeating: 403, count: 9) + [429])
      #expect(try await Self.guess(account, portals, times: 2) == [403, 429])
      try await portals.passThrottles("86400 seconds")
      #expect(try await Self.guess(account, portals, times: 1) == [403])
      try await portals.passThrottles("90000 seconds")
      #expect(try await Self.guess(account, portals, times: 4) == [403, 403, 403, 429])
    }
  }

  @Test(arguments: PortalKind.allCases)
  func guessesAtOnceAreCountedOneByOne(_ kind: PortalKind) async throws {
    try await PortalHarness.with(["TFA_MAX_FAILURES": "3", "TFA_MAX_MAILS": "0"]) { portals in
      let account = try await portals.account(kind)
      var logins: [PendingLogin] = []
      for _ in 1...6 { logins.append(try await portals.beginLogin(account)) }
      let statuses = try await together(12) { [logins] number in
        let login = logins[number % logins.count]
        return try await portals.enter(login.wrongCode, login).status
      }
      #expect(statuses.count { $0 == 403 } == 3 && statuses.count { $0 == 429 } == 9, "\(statuses)")
    }
  }

  // MARK: Mails

  @Test(arguments: PortalKind.allCases)
  func mailsWithCodesEnd(_ kind: PortalKind) async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(kind)
      @Sendable func logIn(from client: String? = nil) async throws -> PortalResponse {
        try await portals.post(
          kind.path("login"),
          account.loginBody(),
          headers: PortalHarness.forwarded(for: client)
        )
      }
      let statuses = try await together(5) { _ in try await logIn().status }
      #expect(statuses.sorted() == [200, 200, 429, 429, 429])
      #expect((3000...3600).contains(try Self.pause(try await logIn())))
      #expect(try await portals.mailCount(kind.mail("tfa"), to: account.email) == 2)
      #expect(try await portals.rowCount("tfa_tokens", of: account) == 2)
      // The owner elsewhere gets a code, until all clients together have had three times as many.
      var elsewhere: [Int] = []
      for number in 1...6 { elsewhere.append(try await logIn(from: "203.0.113.\(number)").status) }
      #expect(elsewhere == [200, 200, 200, 200, 429, 429])
      // A wrong password is still a wrong password.
      try await portals.post(kind.path("login"), account.loginBody("a wrong password"))
        .expectProblem(401, "unauthorized")
      try await portals.passThrottles("61 minutes")
      try await logIn().expect(200)
    }
  }

  @Test(arguments: PortalKind.allCases)
  func whoEntersTheirCodesGetsAsManyAsTheyLike(_ kind: PortalKind) async throws {
    try await PortalHarness.with(Self.limits) { portals in
      let account = try await portals.account(kind)
      for _ in 1...5 { _ = try await portals.logIn(account) }
      let counters = kind == .admin ? "admin_throttles" : "throttles"
      #expect(try await portals.database(kind).count(counters) == 0)
    }
  }

  @Test func zeroSwitchesBothOff() async throws {
    try await PortalHarness.with(["TFA_MAX_FAILURES": "0", "TFA_MAX_MAILS": "0"]) { portals in
      let account = try await portals.account(.hub)
      #expect(try await Self.guess(account, portals, times: 31).allSatisfy { $0 == 403 })
      #expect(try await portals.regional.count("throttles") == 0)
    }
  }

  @Test func allClientsTogetherMayDoThreeTimesAsMuch() {
    let throttle = CodeThrottle(maxFailures: 10, maxMails: 20)
    #expect(throttle.ofClient == GuessThrottle(maxFailures: 10))
    #expect(throttle.ofAccount.maxFailures == 30 && throttle.mailsOfAccount.maxMails == 60)
    #expect(CodeThrottle(maxFailures: 0, maxMails: 0).ofAccount.isOff)
  }
}
