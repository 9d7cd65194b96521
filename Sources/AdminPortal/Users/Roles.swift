import API
import GlobalDatabase
import PostgresClient
import UserAdministration

extension AdminPortal {
  /// `POST /admin/assign-role`: for administrators in any status; effective with their next request.
  func assignRole(_: Administrator, _ input: RoleInput<AdminRole>, _: Call) async throws -> MessageContent {
    let outcome = try await queries.assignAdminRole(
      targetAdminUserID: input.user,
      roleName: input.role.rawValue
    )
    guard outcome?.isAdminKnown == true else { throw Problem.noSuchUser }
    guard outcome?.isChanged == true else { throw Problem.roleHeldAlready }
    return MessageContent("The role was assigned successfully.")
  }

  /// `POST /admin/remove-role`: also one's own, also the last one there is; the operator's command line can give it
  /// back.
  func removeRole(_: Administrator, _ input: RoleInput<AdminRole>, _: Call) async throws -> MessageContent {
    let outcome = try await queries.removeAdminRole(
      targetAdminUserID: input.user,
      roleName: input.role.rawValue
    )
    guard outcome?.isAdminKnown == true else { throw Problem.noSuchUser }
    guard outcome?.isChanged == true else { throw Problem.roleNotHeld }
    return MessageContent("The role was removed successfully.")
  }
}
