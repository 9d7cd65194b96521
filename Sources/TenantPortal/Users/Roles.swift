import API
import FoundationEssentials
import HTTP1
import HTTPTypes
import JSON
import UserAdministration
import Vocabulary

/// A role to give or to take.
struct RoleChange: Sendable {
  let user: UUID
  let roleName: String

  init<Role: PortalRole>(_ input: RoleInput<Role>) {
    user = input.user
    roleName = input.role.rawValue
  }
}

/// The roles of an employer's users, as clients name them.
enum OrgRole: String, PortalRole {
  case inviteUsers = "org:invite_users"
  case manageUsers = "org:manage_users"
}

/// The roles of an agency's users.
enum AgencyRole: String, PortalRole {
  case inviteUsers = "agency:invite_users"
  case manageUsers = "agency:manage_users"
}

extension TenantPortal {
  /// `POST assign-role`: for users in any status; effective with their next request.
  func assignRole(_ user: TenantUser, _ change: RoleChange) async throws -> Response {
    try Self.check(try await kind.queries.assignRole(regional, user.tenant, change), .roleHeldAlready)
    return .json { $0.member("message", "The role was assigned successfully.") }
  }

  /// `POST remove-role`: also one's own, also the last one there is; administrators need none.
  func removeRole(_ user: TenantUser, _ change: RoleChange) async throws -> Response {
    try Self.check(try await kind.queries.removeRole(regional, user.tenant, change), .roleNotHeld)
    return .json { $0.member("message", "The role was removed successfully.") }
  }

  private static func check(_ outcome: RoleOutcome?, _ unchanged: Problem) throws {
    guard let outcome, outcome.isKnown else { throw Problem.noSuchUser }
    guard outcome.isOwn else { throw Problem.foreignUser }
    guard outcome.isChanged else { throw unchanged }
  }
}

extension Problem {
  /// The contract tells a user of another tenant of the region from one who does not exist.
  static let foreignUser = Problem(.forbidden, .missingRole, "The user belongs to somebody else.")
}
