import API
import Accounts
import FoundationEssentials
import HTTP1
import PostgresClient
import RegionRouting
import UserAdministration
import Vocabulary

extension TenantPortal {
  /// `POST disable-user`: switches a user off and ends what they have open: sessions, unfinished logins, password resets. Roles
  /// stay, and so do invitations: completing the setup is refused by the status.
  func disableUser(_ user: TenantUser, _ input: UserAddressInput, _: RegionalCall) async throws -> Response {
    let queries = kind.queries
    try await regional.withTransaction { transaction in
      // Of two administrators who disable each other at this moment the second waits here, and then is the last one.
      let active = try await queries.lockActiveAdmins(transaction, user.tenant)
      guard let target = try await queries.lockUser(transaction, input.email.address, user.tenant) else {
        throw Problem.noSuchUser
      }
      guard target.status != .disabled else { throw Problem.alreadyDisabled }
      guard active != [target.id] else { throw Problem.lastAdministrator }
      try await transaction.commit(
        executing: [queries.disableUser(target.id)] + queries.accounts.revocations(of: target.id)
      )
    }
    return .empty
  }

  /// `POST enable-user`: back to active, or to invited if no password was ever set.
  func enableUser(_ user: TenantUser, _ input: UserAddressInput, _: RegionalCall) async throws -> Response {
    let enabled = try await regional.execute(kind.queries.enableUser(input.email.address, user.tenant))
    guard enabled.affectedRows == 1 else { throw Problem.noDisabledUser }
    return .empty
  }
}
