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

  /// A whole login; returns the session token.
  func adminLogin(_ email: String, _ password: String = Administrator.password) async throws -> String {
    let (token, code) = try await beginLogin(email, password)
    let answer = try await enterCode(code, token)
    try #require(answer.status == 200, "\(answer)")
    return try #require(answer.json["session_token"].string)
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

  func adminMailCount(_ type: String, to email: String) async throws -> Int64 {
    try await global.count(
      "emails",
      where: "email_to = $1 AND email_type = $2::text::email_type",
      email,
      type
    )
  }

  /// The bare token in a mail's link.
  func mailedToken(_ type: String, to email: String) async throws -> String {
    let text = try await adminMail(type, to: email).text
    return try #require(text.firstMatch(of: /\b[a-f0-9]{64}\b/)).0.description
  }

  /// Lets time pass for a token of an administrator.
  func ageAdminToken(_ table: String, _ token: String, by interval: String) async throws {
    let rows = try await global.rows(
      "UPDATE \(table) SET expires_at = expires_at - $2::text::interval WHERE token_hash = $1 RETURNING ''",
      RawToken.hash(ofOffered: token),
      interval
    )
    try #require(rows.count == 1)
  }
}
