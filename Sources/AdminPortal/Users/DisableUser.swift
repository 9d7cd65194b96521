import API
import FoundationEssentials
import GlobalDatabase
import PostgresClient
import SharedQueries
import UserAdministration
import Vocabulary

extension AdminPortal {
  /// `POST /admin/disable-user`: switches an administrator off and ends what they have open: sessions, unfinished
  /// logins, password resets. Roles stay, and so do invitations: completing the setup is refused by the status.
  func disableUser(_: Administrator, _ input: UserAddressInput, _: Call) async throws -> EmptyContent {
    try await global.withTransaction { transaction in
      let queries = GlobalQueries(transaction)
      // Of two administrators who disable each other at this moment the second waits here, and then is the last one.
      try await queries.lockAdminStatuses()
      guard let target = try await queries.lockAdminByAddress(emailAddress: input.email.address) else {
        throw Problem.noSuchUser
      }
      guard target.status != .disabled else { throw Problem.alreadyDisabled }
      let isAnotherActive = try await queries.isAnotherAdminActive(adminUserID: target.adminUserID)?.isActive
      guard target.status != .active || isAnotherActive == true else { throw Problem.lastAdministrator }
      try await transaction.commit(
        executing: [DisableAdmin.query(adminUserID: target.adminUserID)]
          + GlobalAdminTables.revocations(of: target.adminUserID)
      )
    }
    return .empty
  }

  /// `POST /admin/enable-user`: back to active, or to invited if no password was ever set.
  func enableUser(_: Administrator, _ input: UserAddressInput, _: Call) async throws -> EmptyContent {
    guard try await queries.enableAdmin(emailAddress: input.email.address) == 1 else {
      throw Problem.noDisabledUser
    }
    return .empty
  }
}
