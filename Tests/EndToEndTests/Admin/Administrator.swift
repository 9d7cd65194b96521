import FoundationEssentials
import TestSupport
import Testing
import Vocabulary

/// An administrator with an open session, as far as a test needs to know.
struct Administrator: Sendable {
  static let allRoles = ["admin:invite_users", "admin:manage_domains", "admin:manage_users"]

  let id: String
  let email: String
  let session: String

  /// An address that no other test uses.
  static func unheardOfAddress(_ localPart: String = "admin") -> String {
    "\(localPart).\(UInt64.random(in: .min ... .max))@vetchium.example"
  }
}

extension TestStack {
  /// Talks to the global service.
  var admin: APIClient { globalService.client }

  /// Makes an administrator and a session of theirs behind the service's back, as tools do.
  func administrator(
    _ email: String = Administrator.unheardOfAddress(),
    roles: [String] = [],
    status: String = "active",
    fullName: String? = nil,
    language: String = "en-US"
  ) async throws -> Administrator {
    let id = UUID().uuidString.lowercased()
    try await global.rows(
      """
      WITH made AS (
        INSERT INTO admin_users (admin_user_id, email_address, status, full_name, preferred_language)
        VALUES ($1::text::uuid, $2, $3::text::admin_user_status, $4, $5) RETURNING admin_user_id
      ), given AS (
        INSERT INTO admin_user_roles (admin_user_id, role_id)
        SELECT admin_user_id, role_id FROM made, roles WHERE role_name = ANY ($6)
      )
      SELECT '' FROM made
      """,
      id,
      email,
      status,
      fullName,
      language,
      roles
    )
    return Administrator(id: id, email: email, session: try await openSession(of: id))
  }

  /// A further session of an administrator.
  func openSession(of admin: String, for interval: String = "1 hour") async throws -> String {
    let token = RawToken()
    try await global.rows(
      """
      INSERT INTO admin_sessions (token_hash, admin_user_id, expires_at)
      VALUES ($1, $2::text::uuid, now() + $3::text::interval) RETURNING ''
      """,
      token.hash,
      admin,
      interval
    )
    return token.hex
  }

  func adminStatus(_ email: String) async throws -> String? {
    try await global.text("SELECT status::text FROM admin_users WHERE email_address = $1", email)
  }

  /// Whether a session is one at this moment.
  func isOpen(_ session: String) async throws -> Bool {
    let answer = try await admin.get("/admin/myinfo", session: session)
    #expect(answer.status == 200 || answer.status == 401, "\(answer)")
    return answer.status == 200
  }
}
