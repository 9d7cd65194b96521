import API
import FoundationEssentials
import GlobalDatabase
import HTTP1
import PostgresClient
import Vocabulary

/// The signed-in administrator behind a request.
struct Administrator: Sendable {
  let id: UUID
  let emailAddress: String
  /// Empty when there is none.
  let fullName: String
  let preferredLanguage: String
  /// Ascending; also such as this version does not know.
  let roles: [String]
  /// Of the session's token.
  let sessionHash: Data

  func has(_ role: AdminRole) -> Bool { roles.contains(role.rawValue) }
}

/// How the portal knows its administrators: session, account and roles in one look-up.
struct AdminSessions: Sendable {
  let queries: GlobalQueries<PostgresPool>

  /// - Throws: 401 for a token that is missing, malformed, unknown or expired, or whose administrator is not active.
  func authenticate(_ headers: HeaderFields) async throws -> Administrator {
    guard let token = BearerCredentials.read(headers).flatMap({ RawToken(hex: $0) }) else {
      throw Problem.invalidSession
    }
    let hash = token.hash
    guard let row = try await queries.findAdminSessionUser(tokenHash: hash), row.status == .active else {
      throw Problem.invalidSession
    }
    return Administrator(
      id: row.adminUserID,
      emailAddress: row.emailAddress,
      fullName: row.fullName,
      preferredLanguage: row.preferredLanguage,
      roles: row.roles,
      sessionHash: hash
    )
  }
}

extension AdminPortal {
  var sessions: AdminSessions { AdminSessions(queries: queries) }
}
