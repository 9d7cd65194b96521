import TestSupport
import Testing
import Vocabulary

/// Guessing becomes slow, and nobody can have anybody flooded with mail. On a stack of its own, whose limits are low.
@Suite struct ThrottleTests {
  private static let freeGuesses = 3
  private static let mailsAnHour = 2

  private static let start = Task {
    var configuration = TestStack.Configuration()
    configuration.environment = [
      "LOGIN_MAX_FAILURES": "\(freeGuesses)", "MAIL_MAX_PER_RECIPIENT": "\(mailsAnHour)",
    ]
    return try await TestStack.start(configuration)
  }
  private static var stack: TestStack { get async throws { try await start.value } }

  private static func guess(_ email: String, at region: String, times: Int) async throws -> [Int] {
    var statuses: [Int] = []
    for _ in 0..<times {
      statuses.append(try await stack.client(region).login(email, "a wrong password").status)
    }
    return statuses
  }

  @Test(arguments: [true, false]) func knownAndUnknownAddressesAlike(isKnown: Bool) async throws {
    let stack = try await Self.stack
    let email = isKnown ? try await stack.signUp(home: "usa1").email : Person.unheardOfAddress()
    // Whichever servers the guesses go through, they are counted together.
    var statuses: [Int] = []
    for region in ["ind1", "usa1", "deu1", "ind1", "usa1"] {
      statuses += try await Self.guess(email, at: region, times: 1)
    }
    #expect(statuses == [401, 401, 401, 429, 429])
    let answer = try await stack.client("deu1").login(email, "a wrong password")
    answer.expectProblem(429, "too-many-requests")
    let pause = try #require(answer.only("Retry-After").flatMap { Int($0) })
    #expect((50...60).contains(pause))
  }

  @Test func aPauseHoldsUpTheGuesserOnly() async throws {
    let stack = try await Self.stack
    let person = try await stack.signUp(home: "deu1")
    let client = try stack.client("ind1")
    _ = try await Self.guess(person.email, at: "ind1", times: Self.freeGuesses)
    try await client.login(person.email, Person.password).expectProblem(429)
    let owner = [("X-Forwarded-For", "203.0.113.77")]
    #expect(try await client.login(person.email, Person.password, headers: owner).status == 200)
    try await client.login(person.email, Person.password).expectProblem(429)

    try await stack.ageGuesses(at: person, by: "61 seconds")
    // One more guess, and the pause is twice as long.
    try await client.login(person.email, "a wrong password").expectProblem(401)
    let answer = try await client.login(person.email, Person.password)
    #expect((110...120).contains(answer.only("Retry-After").flatMap { Int($0) } ?? 0), "\(answer)")
    try await stack.ageGuesses(at: person, by: "121 seconds")
    #expect(try await client.login(person.email, Person.password).status == 200)
    // A right password makes up for all of them.
    #expect(try await Self.guess(person.email, at: "ind1", times: 3) == [401, 401, 401])
  }

  @Test func guessesAtOnceAreCountedOneByOne() async throws {
    let stack = try await Self.stack
    let person = try await stack.signUp(home: "usa1")
    let statuses = try await together(24) {
      try await stack.client("ind1").login(person.email, "a wrong password").status
    }
    #expect(statuses.count { $0 == 401 } == Self.freeGuesses)
    #expect(statuses.count { $0 == 429 } == 24 - Self.freeGuesses)
  }

  @Test func loginsAtOnceDoNotHoldUpEachOther() async throws {
    let stack = try await Self.stack
    let person = try await stack.signUp(home: "usa1")
    let statuses = try await together(12) {
      try await stack.client("ind1").login(person.email, Person.password).status
    }
    #expect(statuses.allSatisfy { $0 == 200 }, "\(statuses)")
  }

  /// Whoever draws a new address from the same network for every guess is still the same guesser.
  @Test func aNetworkOfIPv6IsOneClient() async throws {
    let stack = try await Self.stack
    let person = try await stack.signUp(home: "deu1")
    var statuses: [Int] = []
    for address in [
      "2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:db8:1:2::3", "2001:db8:1:2::4", "2001:db8:1:3::1",
    ] {
      let headers = [("X-Forwarded-For", address)]
      statuses.append(
        try await stack.client("ind1").login(person.email, "a wrong password", headers: headers).status
      )
    }
    #expect(statuses == [401, 401, 401, 429, 401])
  }

  @Test func guessesOfLongAgoAreForgotten() async throws {
    let stack = try await Self.stack
    let person = try await stack.signUp(home: "deu1")
    #expect(try await Self.guess(person.email, at: "usa1", times: 2) == [401, 401])
    try await stack.ageGuesses(at: person, by: "15 minutes")
    #expect(try await Self.guess(person.email, at: "usa1", times: 4) == [401, 401, 401, 429])
    try await stack.ageGuesses(at: person, by: "30 minutes")
    #expect(try await Self.guess(person.email, at: "usa1", times: 4) == [401, 401, 401, 429])
  }

  @Test func nothingInTheDatabaseNamesTheGuesser() async throws {
    let stack = try await Self.stack
    let person = try await stack.signUp(home: "usa1")
    _ = try await Self.guess(person.email, at: "usa1", times: 1)
    let rows = try await stack.database("usa1").count(
      "throttles",
      where: "throttles::text LIKE '%127.0.0.1%' OR throttles::text LIKE '%' || $1 || '%'",
      person.email
    )
    #expect(rows == 0)
  }

  @Test func aStolenSessionIsNotWorthAPassword() async throws {
    let stack = try await Self.stack
    let person = try await stack.signUp(home: "usa1")
    let client = try stack.client("deu1")
    var statuses: [Int] = []
    for _ in 0..<4 {
      statuses.append(
        try await client.changePassword(person.session, "a wrong password", "a new and better one").status
      )
    }
    #expect(statuses == [401, 401, 401, 429])
  }

  @Test func signupMailsToOneAddress() async throws {
    let stack = try await Self.stack
    let email = Person.unheardOfAddress()
    var statuses: [Int] = []
    for region in ["ind1", "usa1", "deu1"] {
      statuses.append(
        try await stack.client(region).post("/hub/request-signup", ["email_address": .string(email)]).status
      )
    }
    #expect(statuses == [200, 200, 429])
    let answer = try await stack.client("ind1").post(
      "/hub/request-signup",
      ["email_address": .string(email.uppercased())]
    )
    answer.expectProblem(429, "too-many-requests")
    #expect(answer.only("Retry-After") != nil)
  }

  /// Counted with the people's signups. (A signup that is under way refuses the next, so it is forgotten in between.)
  @Test func signupMailsOfTenantsToOneAddress() async throws {
    let stack = try await Self.stack
    let email = "founder@\(PrivateDNS.unheardOfDomain())"
    func begin(_ portal: TenantPortalName) async throws -> HTTPAnswer {
      try await stack.initSignup(portal, email, home: "deu1", via: "ind1")
    }
    let statuses = [try await begin(.org).status, try await begin(.agency).status]
    #expect(statuses == [200, 200])
    try await stack.global.run("DELETE FROM org_signup_tokens WHERE email_address = '\(email)'")
    let answer = try await begin(.org)
    answer.expectProblem(429, "too-many-requests")
    #expect(answer.only("Retry-After") != nil)
    #expect(try await stack.global.count("org_signup_tokens", where: "email_address = $1", email) == 0)
  }

  @Test func mailsAskedForAtOnceAreCountedOneByOne() async throws {
    let stack = try await Self.stack
    let email = Person.unheardOfAddress()
    let statuses = try await together(9) {
      let region = ["ind1", "usa1", "deu1"].randomElement() ?? "ind1"
      return try await stack.client(region).post("/hub/request-signup", ["email_address": .string(email)])
        .status
    }
    #expect(statuses.count { $0 == 200 } == Self.mailsAnHour)
    #expect(statuses.count { $0 == 429 } == 9 - Self.mailsAnHour)

    let person = try await stack.signUp(home: "usa1")
    let answers = try await together(9) {
      try await stack.client("deu1").post(
        "/hub/request-password-reset",
        ["email_address": .string(person.email)]
      )
      .status
    }
    #expect(answers.allSatisfy { $0 == 200 })
    #expect(try await stack.mailCount("hub_password_reset", to: person) == Int64(Self.mailsAnHour))
  }

  @Test func theHourEnds() async throws {
    let stack = try await Self.stack
    let email = Person.unheardOfAddress()
    let client = try stack.client("ind1")
    let body: JSON = ["email_address": .string(email)]
    for status in [200, 200, 429] {
      #expect(try await client.post("/hub/request-signup", body).status == status)
    }
    try await stack.age(throttle: "mail\0\(email)", in: stack.global, by: "61 minutes")
    for status in [200, 200, 429] {
      #expect(try await client.post("/hub/request-signup", body).status == status)
    }
  }

  /// Whether there is an account must not show in when the mails stop.
  @Test func resetMailsToOneAddress() async throws {
    let stack = try await Self.stack
    let person = try await stack.signUp(home: "deu1")
    for region in ["ind1", "usa1", "deu1", "ind1"] {
      let answer = try await stack.client(region).post(
        "/hub/request-password-reset",
        ["email_address": .string(person.email)]
      )
      #expect(answer.status == 200, "\(answer)")
    }
    #expect(try await stack.mailCount("hub_password_reset", to: person) == Int64(Self.mailsAnHour))
  }
}

extension TestStack {
  /// Lets time pass for the wrong passwords that this test's computer has entered for a person.
  fileprivate func ageGuesses(at person: Person, by interval: String) async throws {
    try await age(
      throttle: "login\0hub\0\(person.email)\0127.0.0.1",
      in: try database(person.home),
      by: interval
    )
  }

  fileprivate func age(throttle: String, in database: StackDatabase, by interval: String) async throws {
    let rows = try await database.rows(
      """
      UPDATE throttles SET last_at = last_at - $2::text::interval, expires_at = expires_at - $2::text::interval
      WHERE throttle_key = $1 RETURNING ''
      """,
      SHA256.hash(throttle.utf8),
      interval
    )
    try #require(rows.count == 1)
  }
}
