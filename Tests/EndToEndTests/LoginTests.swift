import TestSupport
import Testing
import Vocabulary

/// The two steps of a login, and what can go wrong with each.
@Suite struct LoginTests {
  @Test(arguments: Landing.directAndForwarded)
  func unknownAddressAndWrongPasswordAreTheSame(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: landing.home)
    let client = try stack.client(landing.at)
    let wrong = try await client.post(
      "/hub/login",
      ["email_address": .string(person.email), "password": "a wrong password"]
    )
    let unknown = try await client.post(
      "/hub/login",
      ["email_address": .string(Person.unheardOfAddress()), "password": "a wrong password"]
    )
    wrong.expectProblem(401, "unauthorized")
    unknown.expectProblem(401, "unauthorized")
    #expect(wrong.body == unknown.body)
    #expect(wrong.values("WWW-Authenticate") == unknown.values("WWW-Authenticate"))
  }

  @Test(arguments: Landing.directAndForwarded)
  func aWrongCodeThenTheRightOne(_ landing: Landing) async throws {
    let login = try await PendingLogin.begin(landing)
    try await login.enter(login.wrongCode).expectProblem(403, "wrong-code")
    let answer = try await login.enter(login.code)
    #expect(answer.status == 200 && answer.json["preferred_language"] == "en-US", "\(answer)")
    #expect(answer.json["session_token"].string?.hasPrefix("\(landing.home.uppercased())-") == true)
    // A code works once.
    try await login.enter(login.code).expectProblem(401, "unauthorized")
  }

  @Test(arguments: Landing.directAndForwarded)
  func fiveWrongCodesEndIt(_ landing: Landing) async throws {
    let login = try await PendingLogin.begin(landing)
    for _ in 1...5 { try await login.enter(login.wrongCode).expectProblem(403, "wrong-code") }
    try await login.enter(login.code).expectProblem(401, "unauthorized")
  }

  @Test func prefixesOfTheTFAToken() async throws {
    let login = try await PendingLogin.begin(Landing(at: "ind1", home: "usa1"))
    let raw = login.token.dropFirst(5)
    // Another region's prefix goes there, where nobody knows the token.
    try await login.enter(login.code, token: "DEU1-\(raw)").expectProblem(401, "unauthorized")
    try await login.enter(login.code, token: "SGP1-\(raw)").expectProblem(400, fields: ["tfa_token"])
    #expect(try await login.enter(login.code, token: "usa1-\(raw)").status == 200)
  }
}

/// A login whose password was right.
private struct PendingLogin: Sendable {
  let stack: TestStack
  let person: Person
  let landing: Landing
  let token: String
  let code: String

  static func begin(_ landing: Landing) async throws -> PendingLogin {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: landing.home)
    let token = try await stack.enterPassword(person, via: landing.at)
    return PendingLogin(
      stack: stack,
      person: person,
      landing: landing,
      token: token,
      code: try await stack.mailedCode(person)
    )
  }

  var wrongCode: String { code == "000000" ? "000001" : "000000" }

  func enter(_ code: String, token: String? = nil) async throws -> HTTPAnswer {
    try await stack.client(landing.at).post(
      "/hub/tfa",
      ["tfa_token": .string(token ?? self.token), "tfa_code": .string(code)]
    )
  }
}
