import TestSupport

/// Somebody with an account, as far as a test needs to know.
struct Person: Sendable {
  static let password = "correct horse battery"

  let email: String
  let home: String
  let handle: String
  /// Of the signup.
  let session: String

  /// An address that no other test uses.
  static func unheardOfAddress(_ localPart: String = "person") -> String {
    "\(localPart).\(UInt64.random(in: .min ... .max))@\(TestStack.approvedDomain)"
  }

  /// A valid body for `/hub/complete-signup`.
  static func signupBody(token: String, home: String) -> JSON {
    [
      "signup_token": .string(token), "password": .string(password), "preferred_display_name": "Test Person",
      "home_region": .string(home), "preferred_language": "en-US", "resident_country_code": "DE",
    ]
  }
}
