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

  @Test func ofTwoCompletionsAtOnceOneWins() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    let token = try await stack.requestReset(person, via: "ind1")
    let statuses = try await together(6) {
      try await stack.client("ind1").completeReset(token, Self.newPassword).status
    }
    #expect(statuses.sorted() == [200, 401, 401, 401, 401, 401])
  }

  /// Each would revoke the other.
  @Test(arguments: 1...4) func twoLinksAtOnce(_: Int) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    let client = try stack.client("usa1")
    let first = try await stack.requestReset(person, via: "ind1")
    let second = try await stack.requestReset(person, via: "ind1")
    async let one = client.completeReset(first, Self.newPassword).status
    async let other = client.completeReset(second, Self.newPassword).status
    #expect(try await [one, other].sorted() == [200, 401])
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

  @Test(arguments: Landing.directAndForwarded)
  func whatAChangeRefuses(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let person = try await stack.signUp(home: landing.home)
    let path = "/hub/change-password"
    try await client.post(path, [:], session: person.session)
      .expectProblem(400, fields: ["current_password", "new_password"])
    try await client.changePassword(person.session, "too short", Self.newPassword)
      .expectProblem(400, fields: ["current_password"])
    let same = try await client.changePassword(person.session, Person.password, Person.password)
    same.expectProblem(400, fields: ["new_password"])
    #expect(same.json["errors"].elements.first?["message"] == "must be different from current password")
    try await client.send(
      "POST",
      path,
      headers: [("Authorization", "Bearer \(person.session)")],
      body: .init("{".utf8)
    ).expectProblem(400, "malformed-body")
    let wrong = try await client.changePassword(person.session, "not the current one", Self.newPassword)
    wrong.expectProblem(401, "unauthorized")
    #expect(wrong.only("WWW-Authenticate") == "Bearer")
    // Nothing has changed.
    #expect(try await client.login(person.email, Person.password).status == 200)
  }

  @Test func ofTwoChangesAtOnceOneWins() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "deu1")
    let statuses = try await together(4) {
      try await stack.client("usa1").changePassword(person.session, Person.password, Self.newPassword).status
    }
    #expect(statuses.sorted() == [200, 401, 401, 401])
  }

  /// A login that has verified the old password must not outlive it, however the two run into each other.
  @Test(arguments: 1...4) func aLoginDoesNotSlipPastAChange(_: Int) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "deu1")
    let client = try stack.client("deu1")
    async let logins = together(6) { try await client.login(person.email, Person.password).status }
    async let change = client.changePassword(person.session, Person.password, Self.newPassword).status
    let statuses = try await logins
    #expect(try await change == 200)
    #expect(statuses.allSatisfy { $0 == 200 || $0 == 401 }, "\(statuses)")
    for table in ["hub_tfa_tokens", "hub_password_reset_tokens", "hub_email_verification_tokens"] {
      #expect(try await stack.rowCount(table, of: person) == 0)
    }
    #expect(try await stack.rowCount("hub_sessions", of: person) == 1)
  }

  /// As an import leaves it: bcrypt, made by another program.
  @Test(arguments: Landing.directAndForwarded)
  func anImportedPasswordBecomesOneOfOurs(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let person = try await stack.signUp(home: landing.home)
    let imported = "$2b$04$OfA.IDdGuy4Crf98H8FrpuuPpo5KOT3Rrh7j/T1xrxPkGibyALIHa"
    try await stack.setPasswordHash(imported, of: person)
    try await client.login(person.email, "correct horse batterx").expectProblem(401)
    #expect(try await stack.passwordHash(of: person) == imported)
    #expect(try await client.login(person.email, Person.password).status == 200)
    #expect(try await stack.passwordHash(of: person)?.hasPrefix("$argon2id$") == true)
    #expect(try await client.login(person.email, Person.password).status == 200)
  }

  @Test func loginsOfAnImportedAccountAtOnce() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    try await stack.setPasswordHash(
      "$2b$04$OfA.IDdGuy4Crf98H8FrpuuPpo5KOT3Rrh7j/T1xrxPkGibyALIHa",
      of: person
    )
    let statuses = try await together(5) {
      try await stack.client("usa1").login(person.email, Person.password).status
    }
    #expect(statuses.allSatisfy { $0 == 200 }, "\(statuses)")
  }

  /// bcrypt reads 72 bytes; what follows must not be left out of account.
  @Test func aLongPasswordMatchesNoImportedHash() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    // Of 36 letters of two bytes each.
    try await stack.setPasswordHash(
      "$2b$04$W6TA/eIuNdxMP8NkgtG2iut0KzTLSozxMmJqVwx8VxgtFXXiSj0n2",
      of: person
    )
    let client = try stack.client("usa1")
    try await client.login(person.email, String(repeating: "ä", count: 40)).expectProblem(401)
    #expect(try await client.login(person.email, String(repeating: "ä", count: 36)).status == 200)
  }

  @Test(arguments: Landing.directAndForwarded, ["de-DE", "ta-IN", "en-US", "en-US"])
  func theLanguageIsShownAtOnce(_ landing: Landing, _ language: String) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let person = try await stack.signUp(home: landing.home)
    let answer = try await client.post(
      "/hub/set-language",
      ["language": .string(language)],
      session: person.session
    )
    #expect(answer.status == 200 && answer.body.isEmpty, "\(answer)")
    #expect(
      try await client.get("/hub/myinfo", session: person.session).json["preferred_language"].string
        == language
    )
    let token = try await stack.enterPassword(person, via: landing.at)
    let code = try await stack.mailedCode(person)
    let tfa = try await client.post("/hub/tfa", ["tfa_token": .string(token), "tfa_code": .string(code)])
    #expect(tfa.json["preferred_language"].string == language)
  }

  @Test(arguments: [nil, "", "fr-FR", "invalid-lang", "EN-us", 123, ["en-US"]] as [JSON])
  func unsupportedLanguages(_ language: JSON) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "deu1")
    let client = try stack.client("deu1")
    try await client.post("/hub/set-language", ["language": language], session: person.session)
      .expectProblem(400, fields: ["language"])
    try await client.post("/hub/set-language", [:], session: person.session)
      .expectProblem(400, fields: ["language"])
  }
}
