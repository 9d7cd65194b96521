import TestSupport
import Testing
import Vocabulary

/// New passwords: by a mailed link, and by whoever is signed in.
@Suite struct PasswordTests {
  private static let newPassword = "a new and better one"

  @Test(arguments: Landing.all) func resetByMail(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let person = try await stack.signUp(home: landing.home)
    let pending = try await stack.enterPassword(person, via: landing.at)
    let code = try await stack.mailedCode(person)
    let first = try await stack.requestReset(person, via: landing.at)
    let second = try await stack.requestReset(person, via: landing.at)
    #expect(first.hasPrefix(landing.home.uppercased() + "-") && first != second)

    let answer = try await client.completeReset(first, Self.newPassword)
    #expect(answer.status == 200 && answer.body.isEmpty, "\(answer)")
    answer.expectCommonHeaders()
    // What could still open the account is gone: the link itself, other links, logins half done, sessions.
    try await client.completeReset(first, Self.newPassword).expectProblem(401, "unauthorized")
    try await client.completeReset(second, Self.newPassword).expectProblem(401, "unauthorized")
    try await client.post("/hub/tfa", ["tfa_token": .string(pending), "tfa_code": .string(code)])
      .expectProblem(401)
    #expect(try await client.get("/hub/myinfo", session: person.session).status == 401)
    try await client.login(person.email, Person.password).expectProblem(401, "unauthorized")
    #expect(try await client.login(person.email, Self.newPassword).status == 200)
  }

  @Test(arguments: Landing.directAndForwarded)
  func everybodyGetsTheSameAnswer(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let known = try await stack.signUp(home: landing.home)
    let disabled = try await stack.signUp(home: landing.home)
    try await stack.setStatus("disabled", of: disabled)
    var bodies: Set<String> = []
    for email in [known.email, disabled.email, Person.unheardOfAddress()] {
      let answer = try await client.post("/hub/request-password-reset", ["email_address": .string(email)])
      #expect(answer.status == 200, "\(answer)")
      bodies.insert(String(decoding: answer.body, as: UTF8.self))
    }
    #expect(bodies.count == 1)
    #expect(bodies.first?.contains("email") == true)
    #expect(try await stack.mailCount("hub_password_reset", to: known) == 1)
    #expect(try await stack.mailCount("hub_password_reset", to: disabled) == 0)
  }

  @Test(arguments: Landing.directAndForwarded)
  func whatIsNoValidToken(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let person = try await stack.signUp(home: landing.home)
    let token = try await stack.requestReset(person, via: landing.at)
    let raw = token.dropFirst(landing.home.count + 1)
    for text in [
      "invalid-token-format", String(raw), "SGP1-\(raw)", "XYZ1-\(raw)", "USA1-\(raw)", token + "0",
      landing.home.uppercased() + "-" + String(repeating: "0", count: 64),
    ] {
      try await client.completeReset(text, Self.newPassword).expectProblem(401, "unauthorized")
    }
    try await stack.age("hub_password_reset_tokens", of: [token], in: landing.home, by: "59 minutes")
    // A refusal for another reason leaves it usable.
    try await client.completeReset(token, "too short").expectProblem(400, fields: ["new_password"])
    try await stack.setStatus("disabled", of: person)
    try await client.completeReset(token, Self.newPassword).expectProblem(422, "inactive-account")
    try await stack.setStatus("active", of: person)
    try await stack.age("hub_password_reset_tokens", of: [token], in: landing.home, by: "61 seconds")
    try await client.completeReset(token, Self.newPassword).expectProblem(401, "unauthorized")
  }

  @Test(arguments: Landing.all) func changeBySession(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let person = try await stack.signUp(home: landing.home)
    let other = try await stack.login(person, via: landing.at)
    let pending = try await stack.enterPassword(person, via: landing.at)
    let code = try await stack.mailedCode(person)
    let link = try await stack.requestReset(person, via: landing.at)

    let answer = try await client.changePassword(person.session, Person.password, Self.newPassword)
    #expect(answer.status == 200 && answer.body.isEmpty, "\(answer)")
    #expect(try await client.get("/hub/myinfo", session: person.session).status == 200)
    #expect(try await client.get("/hub/myinfo", session: other).status == 401)
    try await client.completeReset(link, Self.newPassword).expectProblem(401)
    try await client.post("/hub/tfa", ["tfa_token": .string(pending), "tfa_code": .string(code)])
      .expectProblem(401)
    try await client.login(person.email, Person.password).expectProblem(401)
    #expect(try await client.login(person.email, Self.newPassword).status == 200)
  }
}
