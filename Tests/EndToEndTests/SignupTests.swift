import TestSupport
import Testing
import Vocabulary

/// Signing up, and the order in which things are found wrong.
@Suite struct SignupTests {
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
