import TestSupport
import Testing

// Passwords as verbs.
extension TestStack {
  /// Asks for a password reset; returns the mailed token.
  func requestReset(
    _ person: Person,
    via landing: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let answer = try await client(landing).post(
      "/hub/request-password-reset",
      ["email_address": .string(person.email)]
    )
    try #require(answer.status == 200, "\(answer)", sourceLocation: sourceLocation)
    let text = try await queuedMail("hub_password_reset", to: person.email, in: person.home)?.text
    let match = text?.firstMatch(of: /token=([A-Z0-9]+-[0-9a-f]{64})/)
    return try #require(match, sourceLocation: sourceLocation).1.description
  }

  func mailCount(_ type: String, to person: Person) async throws -> Int64 {
    try await database(person.home).count(
      "emails",
      where: "email_to = $1 AND email_type = $2::text::email_type",
      person.email,
      type
    )
  }

  /// A person's rows of a table of tokens.
  func rowCount(_ table: String, of person: Person) async throws -> Int64 {
    try await database(person.home).count(
      table,
      where: "hub_user_global_id = (SELECT hub_user_global_id FROM hub_users WHERE email_address = $1)",
      person.email
    )
  }
}

extension APIClient {
  func completeReset(_ token: String, _ password: String) async throws -> HTTPAnswer {
    try await postPatiently(
      "/hub/complete-password-reset",
      ["reset_token": .string(token), "new_password": .string(password)]
    )
  }

  func changePassword(_ session: String, _ current: String, _ new: String) async throws -> HTTPAnswer {
    try await postPatiently(
      "/hub/change-password",
      ["current_password": .string(current), "new_password": .string(new)],
      session: session
    )
  }

  func login(_ email: String, _ password: String, headers: [(String, String)] = []) async throws -> HTTPAnswer
  {
    try await postPatiently(
      "/hub/login",
      ["email_address": .string(email), "password": .string(password)],
      headers: headers
    )
  }
}
