import PortalTestSupport
import TestSupport
import Testing

// Signing up as verbs: each expects its flow to go well.
extension PortalHarness {
  /// Asks for a signup; returns the token from the mail.
  func requestSignup(_ email: String, sourceLocation: SourceLocation = #_sourceLocation) async throws
    -> String
  {
    let response = try await post("/hub/request-signup", ["email_address": .string(email)])
    try #require(response.status == 200, "\(response)", sourceLocation: sourceLocation)
    let mail = try await mail(
      "hub_signup_verification",
      to: email.lowercased(),
      sourceLocation: sourceLocation
    )
    return try mail.linkToken(sourceLocation: sourceLocation)
  }

  func completeSignup(_ body: JSON) async throws -> PortalResponse {
    try await post("/hub/complete-signup", body)
  }

  /// A valid body of complete-signup.
  static func signupBody(_ token: String = String(repeating: "0", count: 64)) -> JSON {
    [
      "signup_token": .string(token), "password": .string(TestAccount.password),
      "preferred_display_name": "Test Person", "home_region": "ind1", "preferred_language": "en-US",
      "resident_country_code": "DE",
    ]
  }

  /// A column of a person's regional row, as text.
  func regionalColumn(_ column: String, of email: String) async throws -> String? {
    try await regional.text("SELECT \(column)::text FROM hub_users WHERE email_address = $1", email)
  }
}
