import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

extension Failures {
  /// A signup that fails half way: both databases have the person, or neither has.
  @Suite struct SagaFailureTests {
    @Test(arguments: ["usa1", "ind1"])
    func theRegionalStepIsRefused(_ landing: String) async throws {
      let stack = try await Failures.stack
      let signup = try await Signup.prepare(stack, via: landing)
      try await signup.regional.run("REVOKE INSERT ON hub_sessions FROM vetchium_api_usa1")
      // A right that is gone is an operator's matter, like a schema that does not fit.
      try await signup.complete().expectProblem(503, "database-unavailable")
      try await signup.expectNothingLeft()

      // The same link works as soon as the database does.
      try await signup.regional.run("GRANT INSERT ON hub_sessions TO vetchium_api_usa1")
      #expect(try await signup.complete().status == 201)
      try await signup.expectAccount()
    }

    @Test func theGlobalStepIsRefused() async throws {
      let stack = try await Failures.stack
      let signup = try await Signup.prepare(stack, via: "ind1")
      try await stack.global.run("REVOKE INSERT ON hub_user_display_names FROM vetchium_api_usa1")
      // A right that is gone is an operator's matter, like a schema that does not fit.
      try await signup.complete().expectProblem(503, "database-unavailable")
      try await signup.expectNothingLeft()
      try await stack.global.run("GRANT INSERT ON hub_user_display_names TO vetchium_api_usa1")
      #expect(try await signup.complete().status == 201)
      try await signup.expectAccount()
    }

    @Test func theAddressIsTakenInTheRegionOnly() async throws {
      let stack = try await Failures.stack
      let signup = try await Signup.prepare(stack, via: "ind1")
      // What a mistake of long ago may have left.
      try await signup.regional.rows(
        """
        INSERT INTO hub_users (hub_user_global_id, email_address, handle, password_hash)
        VALUES (gen_random_uuid(), $1, 'left-over', '$argon2id$')
        """,
        signup.email
      )
      try await signup.complete().expectProblem(409, "already-registered")
      #expect(try await signup.globalRows() == 0)
      try await signup.regional.rows("DELETE FROM hub_users WHERE email_address = $1", signup.email)
      #expect(try await signup.complete().status == 201)
    }

    @Test func theRegionalDatabaseDiesInTheLastStep() async throws {
      let stack = try await Failures.stack
      let signup = try await Signup.prepare(stack, via: "ind1")
      let alerts = try stack.server("usa1").alerts
      let answer = try await signup.regional.holding("hub_users") {
        async let answer = signup.complete()
        try await eventually("the global step") { try await signup.globalRows() == 1 }
        try await signup.regional.server.kill()
        return try await answer
      }
      answer.expectProblem(503, "database-unavailable")
      // Nobody can know whether the last step happened: an operator is told, and the intent waits for recovery.
      #expect(try stack.server("usa1").alerts == alerts + 1)
      try await signup.regional.server.restart()
      for service in stack.services { try await service.waitUntilReady() }
      #expect(try await signup.openIntents() == 1)
      #expect(try await signup.regionalRows() == 0)
    }

    @Test func theGlobalDatabaseDiesInItsStep() async throws {
      let stack = try await Failures.stack
      let signup = try await Signup.prepare(stack, via: "usa1")
      let answer = try await stack.global.holding("hub_users") {
        async let answer = signup.complete()
        try await eventually("the global step begins") {
          try await stack.global.waitingForLocks() > 0
        }
        try await stack.global.server.kill()
        return try await answer
      }
      answer.expectProblem(503, "database-unavailable")
      try await stack.global.server.restart()
      for service in stack.services { try await service.waitUntilReady() }
      #expect(try await signup.globalRows() == 0)
      #expect(try await signup.regionalRows() == 0)
      #expect(try await signup.complete().status == 201)
      try await signup.expectAccount()
    }
  }
}

/// A signup for `usa1` whose mail has come.
private struct Signup: Sendable {
  let stack: TestStack
  let landing: String
  let email: String
  let token: String

  static func prepare(_ stack: TestStack, via landing: String) async throws -> Signup {
    let email = Person.unheardOfAddress()
    return Signup(
      stack: stack,
      landing: landing,
      email: email,
      token: try await stack.requestSignup(email, via: landing)
    )
  }

  var regional: StackDatabase { get throws { try stack.database("usa1") } }

  func complete() async throws -> HTTPAnswer {
    try await stack.client(landing).post(
      "/hub/complete-signup",
      Person.signupBody(token: token, home: "usa1")
    )
  }

  func globalRows() async throws -> Int64 {
    try await stack.global.count("hub_users", where: "email_address_hash = $1", EmailAddress(email).hash)
  }

  func regionalRows() async throws -> Int64 {
    try await regional.count("hub_users", where: "email_address = $1", email)
  }

  func openIntents() async throws -> Int64 {
    try await regional.count(
      "sagas",
      where: "details::text LIKE '%' || $1 || '%'",
      Hex.encode(RawToken.hash(ofOffered: token))
    )
  }

  func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    #expect(try await globalRows() == 0, sourceLocation: sourceLocation)
    #expect(try await regionalRows() == 0, sourceLocation: sourceLocation)
    #expect(try await openIntents() == 0, sourceLocation: sourceLocation)
    let unspent = try await stack.global.count(
      "hub_signup_tokens",
      where: "token_hash = $1 AND consumed_at IS NULL",
      RawToken.hash(ofOffered: token)
    )
    #expect(unspent == 1, sourceLocation: sourceLocation)
  }

  func expectAccount(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    #expect(try await globalRows() == 1, sourceLocation: sourceLocation)
    #expect(try await regionalRows() == 1, sourceLocation: sourceLocation)
  }
}

extension StackServer {
  fileprivate var alerts: Int { log.count { $0.message == "CONSISTENCY_ALERT" } }
}
