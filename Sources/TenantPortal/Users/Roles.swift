import API
import FoundationEssentials
import HTTPTypes
import PostgresClient
import SharedQueries
public import UserAdministration
import Vocabulary

/// The rights that a tenant's user may have, under the names of the portal.
public protocol TenantRole: PortalRole {
  static var inviteUsers: Self { get }
  static var manageUsers: Self { get }
}

/// The roles of an employer's users, as clients name them.
public enum OrgRole: String, TenantRole {
  case inviteUsers = "org:invite_users"
  case manageUsers = "org:manage_users"
}

/// The roles of an agency's users.
public enum AgencyRole: String, TenantRole {
  case inviteUsers = "agency:invite_users"
  case manageUsers = "agency:manage_users"
}

extension TenantPortal {
  /// `POST assign-role`: for users in any status; effective with their next request.
  func assignRole(
    _ user: TenantUser,
    _ input: RoleInput<Tenant.Role>,
    _: Call
  ) async throws -> MessageContent {
    let outcome = try await Tenant.Regional.assignRole(
      regional,
      tenantID: user.tenant,
      targetUserID: input.user,
      roleName: input.role.rawValue
    )
    try check(outcome, .roleHeldAlready)
    return MessageContent("The role was assigned successfully.")
  }

  /// `POST remove-role`: also one's own, also the last one there is; administrators need none.
  func removeRole(
    _ user: TenantUser,
    _ input: RoleInput<Tenant.Role>,
    _: Call
  ) async throws -> MessageContent {
    let outcome = try await Tenant.Regional.removeRole(
      regional,
      tenantID: user.tenant,
      targetUserID: input.user,
      roleName: input.role.rawValue
    )
    try check(outcome, .roleNotHeld)
    return MessageContent("The role was removed successfully.")
  }

  private func check(_ outcome: AssignRole.Row?, _ unchanged: Problem) throws {
    guard let outcome, outcome.isKnown else { throw Problem.noSuchUser }
    guard outcome.isOwn else { throw Problem.foreignUser }
    guard outcome.isChanged else { throw unchanged }
  }
}

extension Problem {
  /// The contract tells a user of another tenant of the region from one who does not exist.
  static let foreignUser = Problem(.forbidden, .missingRole, "The user belongs to somebody else.")
}
