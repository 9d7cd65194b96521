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

  @Test(arguments: ["disabled", "deleted"])
  func anInactiveAccountShowsOnlyToThoseWhoKnowThePassword(_ status: String) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    try await stack.setStatus(status, of: person)
    let client = try stack.client("ind1")
    let login: JSON = ["email_address": .string(person.email), "password": .string(Person.password)]
    try await client.post("/hub/login", login).expectProblem(422, "inactive-account")
    try await client.post("/hub/login", login.with("password", "a wrong password")).expectProblem(401)
  }

  @Test func theAddressMayBeWrittenInAnyLetterCase() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    let answer = try await stack.client("deu1").post(
      "/hub/login",
      ["email_address": .string(person.email.uppercased()), "password": .string(Person.password)]
    )
    #expect(answer.status == 200, "\(answer)")
  }

  @Test func aRoutingRowWithoutAccountIsAnUnknownAddress() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    try await stack.database("usa1").rows("DELETE FROM hub_users WHERE email_address = $1", person.email)
    let answer = try await stack.client("usa1").post(
      "/hub/login",
      ["email_address": .string(person.email), "password": .string(Person.password)]
    )
    answer.expectProblem(401, "unauthorized")
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

  @Test func parallelGuessesAreCountedOneByOne() async throws {
    let login = try await PendingLogin.begin(Landing(at: "ind1", home: "usa1"))
    let statuses = try await together(12) { try await login.enter(login.wrongCode).status }
    #expect(statuses.count { $0 == 403 } == 5 && statuses.count { $0 == 401 } == 7)
  }

  @Test func ofTwoRightCodesAtOnceOneWins() async throws {
    let login = try await PendingLogin.begin(Landing(at: "ind1", home: "usa1"))
    let statuses = try await together(4) { try await login.enter(login.code).status }
    #expect(statuses.sorted() == [200, 401, 401, 401])
  }

  @Test func earlierLoginsStayValid() async throws {
    let first = try await PendingLogin.begin(Landing(at: "ind1", home: "usa1"))
    _ = try await first.stack.enterPassword(first.person, via: "deu1")
    #expect(try await first.enter(first.code).status == 200)
  }

  @Test func aCodeExpires() async throws {
    let login = try await PendingLogin.begin(Landing(at: "ind1", home: "usa1"))
    try await login.stack.age("hub_tfa_tokens", of: [login.token], in: "usa1", by: "9 minutes")
    try await login.enter(login.wrongCode).expectProblem(403)
    try await login.stack.age("hub_tfa_tokens", of: [login.token], in: "usa1", by: "61 seconds")
    try await login.enter(login.code).expectProblem(401)
  }

  @Test(arguments: ["disabled", "deleted"])
  func anAccountSwitchedOffBetweenTheSteps(_ status: String) async throws {
    let login = try await PendingLogin.begin(Landing(at: "ind1", home: "usa1"))
    try await login.stack.setStatus(status, of: login.person)
    try await login.enter(login.code).expectProblem(422, "inactive-account")
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
