import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// A change of address, from the wish to the first login with the new one.
@Suite struct EmailChangeTests {
  @Test(arguments: Landing.all)
  func theWholeWay(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: landing.home)
    let reset = try await stack.enterPassword(person, via: landing.home)
    // Any letter case; a domain that is not approved will do.
    let address = "New.\(UInt64.random(in: .min ... .max))@Elsewhere.example.org"
    let superseded = try await stack.requestEmailChange(
      person,
      to: Person.unheardOfAddress(),
      via: landing.at
    )
    let token = try await stack.requestEmailChange(person, to: address, via: landing.at)
    #expect(token.hasPrefix(landing.home.uppercased() + "-"))
    let before = try await stack.client(landing.at).get("/hub/myinfo", session: person.session)
    #expect(before.json["email_address"].string == person.email)

    let answer = try await stack.completeEmailChange(token, via: landing.at)
    #expect(answer.status == 200 && answer.body.isEmpty, "\(answer)")

    let client = try stack.client(landing.at)
    #expect(try await client.get("/hub/myinfo", session: person.session).status == 401)
    let code: JSON = ["tfa_token": .string(reset), "tfa_code": "000000"]
    #expect(try await client.post("/hub/tfa", code).status == 401)
    #expect(try await stack.completeEmailChange(token, via: landing.at).status == 401)
    #expect(try await stack.completeEmailChange(superseded, via: landing.at).status == 401)
    let login: JSON = ["email_address": .string(person.email), "password": .string(Person.password)]
    #expect(try await client.post("/hub/login", login).status == 401)

    let renewed = Person(email: address.lowercased(), home: person.home, handle: person.handle, session: "")
    let session = try await stack.login(renewed, via: landing.at)
    let info = try await client.get("/hub/myinfo", session: session).json
    #expect(info["email_address"].string == address.lowercased())
    #expect(info["handle"].string == person.handle)
    // The old address is free.
    _ = try await stack.signUp(person.email, home: landing.home)
  }

  @Test(arguments: ["ind1", "deu1"])
  func aLinkThatIsNone(_ landing: String) async throws {
    let client = try await TestStack.shared.client(landing)
    func complete(_ body: JSON) async throws -> HTTPAnswer {
      try await client.post("/hub/complete-email-change", body)
    }
    let zeros = String(repeating: "0", count: 64)
    try await complete([:]).expectProblem(400, "invalid-fields", fields: ["verification_token"])
    try await complete(["verification_token": ""]).expectProblem(400, fields: ["verification_token"])
    for token in [
      "invalid-token-format", zeros, "SGP1-\(zeros)", "XYZ1-\(zeros)", "IND1-\(zeros)", "deu1-\(zeros)",
    ] {
      try await complete(["verification_token": .string(token)]).expectProblem(401, "unauthorized")
    }
  }

  @Test func theFirstOfTwoPeopleGetsTheAddress() async throws {
    let stack = try await TestStack.shared
    let first = try await stack.signUp(home: "deu1")
    let second = try await stack.signUp(home: "usa1")
    let address = Person.unheardOfAddress()
    let token = try await stack.requestEmailChange(first, to: address, via: "deu1")
    let late = try await stack.requestEmailChange(second, to: address, via: "usa1")
    #expect(try await stack.completeEmailChange(token, via: "ind1").status == 200)
    try await stack.completeEmailChange(late, via: "ind1").expectProblem(409, "already-registered")
    // Nothing has happened to the second one.
    #expect(try await stack.client("usa1").get("/hub/myinfo", session: second.session).status == 200)
    #expect(try await stack.globalHash(of: second) == EmailAddress(second.email).hash)
  }

  @Test func ofManyCompletionsOneWins() async throws {
    let stack = try await TestStack.shared
    for _ in 1...5 {
      let person = try await stack.signUp(home: "deu1")
      let address = Person.unheardOfAddress()
      let token = try await stack.requestEmailChange(person, to: address, via: "deu1")
      let landings = ["deu1", "ind1", "usa1", "deu1"]
      let answers = try await withThrowingTaskGroup(of: Int.self) { group in
        for landing in landings {
          group.addTask { try await stack.completeEmailChange(token, via: landing).status }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.sorted() == [200, 401, 401, 401])
      #expect(try await stack.globalHash(of: person) == EmailAddress(address).hash)
      #expect(try await stack.regionalAddress(of: person) == address)
    }
  }

  @Test func aForeignHashIsForAnOperator() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    let token = try await stack.requestEmailChange(person, to: Person.unheardOfAddress(), via: "usa1")
    try await stack.setGlobalHash(of: person, to: EmailAddress(Person.unheardOfAddress()).hash)
    try await stack.completeEmailChange(token, via: "deu1").expectProblem(500, "internal-error")
    // The line is on its way when the answer comes.
    let alert = try await stack.server("usa1").process.log.first {
      $0.message == "CONSISTENCY_ALERT" && $0.text.contains("set_email_hash")
    }
    #expect(alert?.text.contains("hub_user") == true)
    #expect(alert?.text.contains(person.email) == false)
    let metrics = String(decoding: try await stack.client("usa1").get("/metrics").body, as: UTF8.self)
    let count = metrics.firstMatch(of: /(?m)^vetchium_consistency_alerts_total ([0-9]+)/)?.output.1
    #expect(try #require(count.flatMap { Int($0) }, "\(metrics)") > 0)
    #expect(try await stack.regionalAddress(of: person) == person.email)
  }
}

extension TestStack {
  fileprivate func globalHash(of person: Person) async throws -> Data {
    let hex = try await global.text(
      "SELECT encode(email_address_hash, 'hex') FROM hub_users WHERE handle = $1",
      person.handle
    )
    return Data(try #require(hex.flatMap { Hex.decode($0) }))
  }

  fileprivate func setGlobalHash(of person: Person, to hash: Data) async throws {
    try await global.rows(
      "UPDATE hub_users SET email_address_hash = $2 WHERE handle = $1",
      person.handle,
      hash
    )
  }

  fileprivate func regionalAddress(of person: Person) async throws -> String? {
    try await database(person.home).text(
      "SELECT email_address FROM hub_users WHERE handle = $1",
      person.handle
    )
  }
}
