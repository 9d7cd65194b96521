import PostgresClient
import TestSupport
import Testing

/// What was asked for with a session or an address that is over by the time it is written must not be written: requests
/// that stand in the middle while a password or an address changes.
@Suite struct StaleAuthorityTests {
  private let newAddress = Person.unheardOfAddress()

  private func standing(
    for person: Person,
    behind change: String,
    then rest: String,
    _ request: @escaping @Sendable (APIClient) async throws -> HTTPAnswer
  ) async throws -> HTTPAnswer {
    let stack = try await TestStack.shared
    let database = try stack.database(person.home)
    let holder = try await database.begin(
      "UPDATE hub_users SET \(change) WHERE email_address = '\(person.email)'"
    )
    let client = try stack.client(person.home)
    let answer = Task { try await request(client) }
    try await database.waitUntilSomebodyWaits(for: holder)
    try await holder.executeScript("\(rest); COMMIT")
    await holder.close()
    return try await answer.value
  }

  @Test func aWishForAnotherAddressDoesNotSlipPastANewPassword() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "deu1")
    let body: JSON = ["new_email_address": .string(newAddress)]
    let answer = try await standing(
      for: person,
      behind: "password_hash = password_hash",
      then: """
        DELETE FROM hub_sessions USING hub_users
        WHERE hub_users.hub_user_global_id = hub_sessions.hub_user_global_id AND email_address = '\(person.email)'
        """
    ) { try await $0.post("/hub/request-email-change", body, session: person.session) }
    answer.expectProblem(401)
    #expect(try await stack.rowCount("hub_email_verification_tokens", of: person) == 0)
    #expect(try await stack.database("deu1").count("emails", where: "email_to = $1", newAddress) == 0)
  }

  @Test func aResetIsNotMailedToAnAddressThatIsOver() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "deu1")
    let body: JSON = ["email_address": .string(person.email)]
    let answer = try await standing(for: person, behind: "email_address = '\(newAddress)'", then: "SELECT 1")
    {
      try await $0.post("/hub/request-password-reset", body)
    }
    #expect(answer.status == 200)
    let renewed = Person(email: newAddress, home: "deu1", handle: person.handle, session: "")
    #expect(try await stack.rowCount("hub_password_reset_tokens", of: renewed) == 0)
    #expect(
      try await stack.database("deu1")
        .count("emails", where: "email_type = 'hub_password_reset' AND email_to = $1", person.email) == 0
    )
  }

  @Test func aCodeIsNotMailedToAnAddressThatIsOver() async throws {
    let stack = try await TestStack.shared
    let person = try await stack.signUp(home: "deu1")
    let answer = try await standing(for: person, behind: "email_address = '\(newAddress)'", then: "SELECT 1")
    {
      try await $0.login(person.email, Person.password)
    }
    #expect(answer.status == 200)
    let database = try stack.database("deu1")
    #expect(
      try await database.count("emails", where: "email_type = 'hub_tfa' AND email_to = $1", newAddress) == 1
    )
    #expect(
      try await database.count("emails", where: "email_type = 'hub_tfa' AND email_to = $1", person.email) == 0
    )
  }
}
