import API
import FoundationEssentials
import Logging
import Sagas
import SharedQueries
import UserAdministration
import Vocabulary

extension TenantPortal {
  /// `POST complete-setup`: all of it happens in the tenant's region.
  func completeSetup(_ input: SetupInput, _ token: RawToken, _ call: Call) async throws -> MessageContent {
    let user = try await AccountSetup(regional, hasher, Tenant.Regional.self)
      .complete(input, token: token.hash)
    await noteSetUp(user, call.logger)
    return AccountSetup.done
  }

  /// Tells the global database that somebody invited has set the account up, so that the address counts as a user's.
  ///
  /// The account is set up whether or not that goes well: the global database may be out of reach. If the note stays,
  /// the address can sign a tenant of its own up beside this account, and nothing else.
  private func noteSetUp(_ user: UUID, _ logger: Logger) async {
    do {
      _ = try await Tenant.Global.deleteInvitedUser(global, userID: user)
    } catch {
      logger.warning(
        "the note of an invitation was not deleted",
        metadata: ["portal": "\(Tenant.prefix)", "account_id": "\(user)", "error": "\(error)"]
      )
    }
  }
}
