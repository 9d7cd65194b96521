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

    try await stack.ageLoginFailures(of: person.email, in: "deu1", by: "61 seconds")
    // One more guess, and the pause is twice as long.
    try await client.login(person.email, "a wrong password").expectProblem(429)
    let answer = try await client.login(person.email, Person.password)
    #expect((110...120).contains(answer.only("Retry-After").flatMap { Int($0) } ?? 0), "\(answer)")
    try await stack.ageLoginFailures(of: person.email, in: "deu1", by: "121 seconds")
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
  fileprivate func ageLoginFailures(of email: String, in region: String, by interval: String) async throws {
    try await database(region).rows(
      "UPDATE login_failures SET last_failed_at = last_failed_at - $2::text::interval WHERE account_hash = $1",
      try EmailAddress(email).hash,
      interval
    )
  }
}
