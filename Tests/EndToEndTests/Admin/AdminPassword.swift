import FoundationEssentials
import PasswordHashing
import TestSupport
import Testing
import Vocabulary

extension Administrator {
  static let password = "an administrator's password"
  /// Computed once: it takes its time.
  private static let hash = Task { try await PasswordHasher(threads: 1).hash(Password(password)) }

  static var passwordHash: String { get async throws { try await hash.value } }
}

// Logging in, and what is mailed to administrators.
extension TestStack {
  /// An administrator who can log in with `Administrator.password`.
  func administratorWithPassword(
    roles: [String] = [],
    status: String = "active",
    fullName: String? = nil,
    language: String = "en-US"
  ) async throws -> Administrator {
    let admin = try await administrator(roles: roles, status: status, fullName: fullName, language: language)
    try await global.rows(
      "UPDATE admin_users SET password_hash = $2 WHERE email_address = $1 RETURNING ''",
      admin.email,
      try await Administrator.passwordHash
    )
    return admin
  }

  func loginAnswer(_ email: String, _ password: String = Administrator.password) async throws -> HTTPAnswer {
    try await admin.postPatiently("/admin/login", ["email": .string(email), "password": .string(password)])
  }

  /// The first step of a login: the TFA token and the mailed code.
  func beginLogin(_ email: String, _ password: String = Administrator.password) async throws -> (
    token: String, code: String
  ) {
    let answer = try await loginAnswer(email, password)
    try #require(answer.status == 200, "\(answer)")
    let token = try #require(answer.json["tfa_token"].string)
    let text = try await adminMail("admin_tfa", to: email.lowercased()).text
    return (token, try #require(text.firstMatch(of: /\b[0-9]{6}\b/)).0.description)
  }

  func enterCode(_ code: String, _ token: String) async throws -> HTTPAnswer {
    try await admin.post("/admin/tfa", ["tfa_token": .string(token), "tfa_code": .string(code)])
  }

  /// The newest mail of a type to an address.
  func adminMail(_ type: String, to email: String) async throws -> (
    subject: String, text: String, html: String
  ) {
    let rows = try await global.rows(
      """
      SELECT email_subject, email_text_body, email_html_body FROM emails
      WHERE email_to = $1 AND email_type = $2::text::email_type ORDER BY created_at DESC LIMIT 1
      """,
      email,
      type
    )
    let row = try #require(rows.first, "no \(type)").compactMap(\.self)
    return (row[0], row[1], row[2])
  }
}
