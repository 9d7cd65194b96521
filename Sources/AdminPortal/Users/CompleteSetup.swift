import FoundationEssentials
import GlobalDatabase
import HTTPServing
import PasswordHashing
import PostgresClient
import ServiceKit
import UserAdministration
import Vocabulary

extension AdminPortal {
  /// `POST /admin/complete-setup`: name and password of an invited administrator, who then logs in.
  func completeSetup(_ input: SetupInput, _: AdminCall) async throws -> Response {
    let hash = RawToken.hash(ofOffered: input.invitationToken)
    // Looked at first: no password is hashed for an invitation that is not there.
    guard let invitation = try await queries.findAdminInvitation(tokenHash: hash) else {
      throw Problem.invalidInvitation
    }
    guard invitation.status == .invited else { throw Problem.notInvited }
    let passwordHash = try await hasher.hash(input.password)
    try await global.withTransaction { transaction in
      let queries = GlobalQueries(transaction)
      // Of two parallel calls the second waits here and then finds nothing.
      guard let taken = try await queries.takeAdminInvitation(tokenHash: hash) else {
        throw Problem.invalidInvitation
      }
      let setUp = try await queries.setUpAdmin(
        passwordHash: passwordHash,
        fullName: input.fullName.name,
        preferredLanguage: input.language?.rawValue,
        adminUserID: taken.adminUserID
      )
      guard setUp == 1 else { throw Problem.notInvited }
      try await transaction.commit(after: [DeleteAdminInvitationsOfUser.query(adminUserID: taken.adminUserID)]
      )
    }
    return .json { $0.member("message", "The account is set up; log in to go on.") }
  }
}
