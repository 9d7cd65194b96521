import TestSupport
import Testing
import Vocabulary

/// Signing up, and the order in which things are found wrong.
@Suite struct SignupTests {
  @Test func aDomainMustBeApproved() async throws {
    let client = try await TestStack.shared.client("ind1")
    for domain in ["unknown.example", TestStack.inactiveDomain, "sub.\(TestStack.approvedDomain)"] {
      let answer = try await client.post("/hub/request-signup", ["email_address": .string("a@\(domain)")])
      answer.expectProblem(403, "domain-not-approved")
    }
  }

  @Test func aRegisteredAddressIsTaken() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "usa1")
    let answer = try await stack.client("deu1").post(
      "/hub/request-signup",
      ["email_address": .string(person.email.uppercased())]
    )
    answer.expectProblem(409, "already-registered")
  }

  @Test func everyRequestYieldsAValidToken() async throws {
    let stack = try await TestStack.shared
    let email = Person.unheardOfAddress()
    let first = try await stack.requestSignup(email, via: "ind1")
    let second = try await stack.requestSignup(email, via: "usa1")
    #expect(first != second)
    let client = try stack.client("deu1")
    #expect(
      try await client.post("/hub/complete-signup", Person.signupBody(token: first, home: "deu1")).status
        == 201
    )
    // Both the used and the unused one: the address is registered now.
    for token in [first, second] {
      try await client.post("/hub/complete-signup", Person.signupBody(token: token, home: "ind1"))
        .expectProblem(409, "already-registered")
    }
  }

  @Test(arguments: Landing.directAndForwarded)
  func tokenBeforeRegion(_ landing: Landing) async throws {
    let stack = try await TestStack.shared
    let client = try stack.client(landing.at)
    let unknown = Person.signupBody(token: String(repeating: "0", count: 64), home: "nowhere")
    try await client.post("/hub/complete-signup", unknown).expectProblem(401, "unauthorized")
    try await client.post("/hub/complete-signup", unknown.with("signup_token", "any text")).expectProblem(401)
    try await client.post("/hub/complete-signup", unknown.with("signup_token", "nul\0")).expectProblem(401)

    let token = try await stack.requestSignup(Person.unheardOfAddress(), via: landing.at)
    for region in ["nowhere", "sgp1", "DEU1", "deu1 "] {
      let answer = try await client.post(
        "/hub/complete-signup",
        Person.signupBody(token: token, home: region)
      )
      answer.expectProblem(400, fields: ["home_region"])
    }
    // Nothing of this spends the token.
    let valid = Person.signupBody(token: token, home: landing.home)
    #expect(try await client.postPatiently("/hub/complete-signup", valid).status == 201)
  }

  @Test func aTokenExpires() async throws {
    let stack = try await TestStack.shared
    let token = try await stack.requestSignup(Person.unheardOfAddress(), via: "ind1")
    try await stack.ageSignupToken(token, by: "24 hours 1 second")
    let answer = try await stack.client("ind1").post(
      "/hub/complete-signup",
      Person.signupBody(token: token, home: "ind1")
    )
    answer.expectProblem(401, "unauthorized")
  }

  @Test func aConsumedTokenWhoseAddressIsFreeAgain() async throws {
    let stack = try await TestStack.shared
    let email = Person.unheardOfAddress()
    let token = try await stack.requestSignup(email, via: "ind1")
    let body = Person.signupBody(token: token, home: "ind1")
    #expect(try await stack.client("ind1").postPatiently("/hub/complete-signup", body).status == 201)
    try await stack.global.rows(
      "DELETE FROM hub_users WHERE email_address_hash = $1",
      EmailAddress(email).hash
    )
    try await stack.client("ind1").post("/hub/complete-signup", body).expectProblem(401, "unauthorized")
  }

  @Test func namesInThreeScripts() async throws {
    let stack = try await TestStack.shared
    let email = Person.unheardOfAddress()
    let token = try await stack.requestSignup(email, via: "ind1")
    let tamil = String(repeating: "அ", count: 100)
    let names: JSON = [
      ["language_code": "en-US", "display_name": "Anna", "is_preferred": true],
      ["language_code": "ta-IN", "display_name": .string(tamil)],
      ["language_code": "fr", "display_name": "Anne 👩🏽‍🚀"],
    ]
    let body = Person.signupBody(token: token, home: "usa1").with("preferred_language", "de-DE")
      .with("preferred_display_name", "Änne Müßig").with("other_display_names", names)
    #expect(try await stack.client("deu1").postPatiently("/hub/complete-signup", body).status == 201)
    for database in [stack.global, try stack.database("usa1")] {
      let rows = try await database.rows(
        """
        SELECT language_code, display_name, is_preferred::text FROM hub_user_display_names
        JOIN hub_users USING (hub_user_global_id) WHERE handle LIKE $1 || '-%' ORDER BY language_code
        """,
        String(email.prefix { $0 != "@" }.map { $0 == "." ? "-" : $0 })
      )
      #expect(
        rows == [
          ["de-DE", "Änne Müßig", "true"], ["en-US", "Anna", "false"], ["fr", "Anne 👩🏽‍🚀", "false"],
          ["ta-IN", tamil, "false"],
        ]
      )
    }
  }

  @Test(arguments: 0..<3)
  func oneTokenUsedInTwoRegionsAtOnce(_ round: Int) async throws {
    let stack = try await TestStack.shared
    let email = Person.unheardOfAddress()
    let token = try await stack.requestSignup(email, via: "ind1")
    async let first = stack.client("ind1").post(
      "/hub/complete-signup",
      Person.signupBody(token: token, home: "usa1")
    )
    async let second = stack.client("deu1").post(
      "/hub/complete-signup",
      Person.signupBody(token: token, home: "deu1")
    )
    let statuses = try await [first.status, second.status].sorted()
    #expect(statuses == [201, 409])
    #expect(
      try await stack.global.count("hub_users", where: "email_address_hash = $1", EmailAddress(email).hash)
        == 1
    )
    var accounts: Int64 = 0
    for region in stack.regions {
      accounts += try await stack.database(region).count("hub_users", where: "email_address = $1", email)
    }
    #expect(accounts == 1)
  }
}
