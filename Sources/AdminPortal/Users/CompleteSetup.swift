import API
import FoundationEssentials
import GlobalDatabase
import PostgresClient
import UserAdministration
import Vocabulary

extension AdminPortal {
  /// `POST /admin/complete-setup`
  func completeSetup(_ input: SetupInput, _: Call) async throws -> MessageContent {
    _ = try await AccountSetup(global, hasher, GlobalAdminTables.self)
      .complete(input, token: RawToken.hash(ofOffered: input.invitationToken))
    return AccountSetup.done
  }
}
