import TestSupport
import Testing

/// Guesses and mails are counted together, whichever region's servers they go through, on a stack with low limits.
/// The rules themselves are tested in `AccountsTests`.
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
    #expect(answer.only("Retry-After") != nil)
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
