import FoundationEssentials
public import GlobalDatabase
import HTTP1
import PostgresClient
public import UserAdministration
import Vocabulary

extension AdminPortal {
  /// `POST /admin/complete-setup`
  func completeSetup(_ input: SetupInput, _: AdminCall) async throws -> Response {
    try await AccountSetup(global, hasher, .admin)
      .complete(input, token: RawToken.hash(ofOffered: input.invitationToken))
  }
}

extension FindAdminInvitation.Row: InvitationRow {}

extension InvitationQueries {
  static let admin = InvitationQueries(
    isValid: { try await GlobalQueries($0).isAdminInvitationValid(userID: $1)?.isValid == true },
    find: { try await GlobalQueries($0).findAdminInvitation(tokenHash: $1) },
    take: { try await GlobalQueries($0).takeAdminInvitation(tokenHash: $1)?.userID },
    deleteAll: DeleteAdminInvitationsOfUser.query,
    setUp: SetUpAdminUser.query
  )
}
