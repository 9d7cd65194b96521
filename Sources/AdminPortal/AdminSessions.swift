import API
import FoundationEssentials
import GlobalDatabase
import PostgresClient
public import UserAdministration
import Vocabulary

/// The signed-in administrator behind a request.
struct Administrator: Sendable {
  let id: UUID
  let emailAddress: String
  /// The name, or an empty text.
  let fullName: String
  let preferredLanguage: String
  /// Names in ascending order, unknown ones of other versions included.
  let roles: [String]
  /// The hash of the session's token.
  let sessionHash: Data
}

extension Administrator: SessionUser {
  /// No role implies another, and the portal has no administrators above the others.
  func has(_ access: Access) -> Bool {
    switch access {
    case .anyone, .session: true
    case .role(let role): roles.contains(role)
    case .administrators: false
    }
  }
}

extension AdminPortal {
  /// Finds session, account and roles in one look-up.
  var sessions: SessionRule<Administrator> {
    SessionRule { [queries] token in
      let hash = token.hash
      guard let row = try await queries.findAdminSessionUser(tokenHash: hash), row.status == .active else {
        return nil
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
}

/// The rights that an administrator may have; the raw values are the names in `roles`.
public enum AdminRole: String, PortalRole {
  case inviteUsers = "admin:invite_users"
  case manageUsers = "admin:manage_users"
  case manageDomains = "admin:manage_domains"
}

extension AdminPortal {
  /// `GET /admin/myinfo`: all of it came with the session.
  func myInfo(_ admin: Administrator, _: Call) async throws -> AdminInfo {
    AdminInfo(admin: admin)
  }
}

/// An administrator's own account.
struct AdminInfo: ResponseContent {
  let admin: Administrator

  static let members: [ResponseMember<AdminInfo>] = [
    .uuid("admin_user_id", \.admin.id),
    .string("email_address", is: "an e-mail address", \.admin.emailAddress),
    .string("full_name", \.admin.fullName),
    .string("preferred_language", is: "a language code", \.admin.preferredLanguage),
    .strings("roles", is: "a role's name", \.admin.roles),
  ]
}
