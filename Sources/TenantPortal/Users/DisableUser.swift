import API
import FoundationEssentials
import PostgresClient
import SharedQueries
import UserAdministration
import Vocabulary

extension TenantPortal {
  /// `POST disable-user`: switches a user off and ends what they have open: sessions, unfinished logins, password
  /// resets. Roles stay, and so do invitations: completing the setup is refused by the status.
  func disableUser(_ user: TenantUser, _ input: UserAddressInput, _: Call) async throws -> EmptyContent {
    try await regional.withTransaction { transaction in
      // Of two administrators who disable each other at this moment the second waits here, and then is the last one.
      let locked = try await Tenant.Regional.lockActiveAdminsAndUser(
        transaction,
        emailAddress: input.email.address,
        tenantID: user.tenant
      )
      guard let target = locked.first(where: \.isTarget) else { throw Problem.noSuchUser }
      guard target.status != .disabled else { throw Problem.alreadyDisabled }
      guard locked.filter(\.isActiveAdmin).map(\.userID) != [target.userID] else {
        throw Problem.lastAdministrator
      }
      try await transaction.commit(
        executing: [Tenant.Regional.disableUser(userID: target.userID)]
          + Tenant.Regional.revocations(of: target.userID)
      )
    }
    return .empty
  }

  /// `POST enable-user`: back to active, or to invited if no password was ever set.
  func enableUser(_ user: TenantUser, _ input: UserAddressInput, _: Call) async throws -> EmptyContent {
    let enabled = try await Tenant.Regional.enableUser(
      regional,
      emailAddress: input.email.address,
      tenantID: user.tenant
    )
    guard enabled == 1 else { throw Problem.noDisabledUser }
    return .empty
  }
}
