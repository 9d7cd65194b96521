import FoundationEssentials
import GlobalDatabase
import PostgresClient
import Sagas

/// Takes a signup's routing row back and gives the link back to the person.
struct HubSignupUndo: SagaUndo {
  static let kind = "hub_signup"
  static let entity = "hub_user"
  static let action = "delete_hub_user"

  let signupTokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case signupTokenHash = "signup_token_hash"
  }

  func takeBack(_ subjectID: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    let queries = GlobalQueries(transaction)
    // No row means that the global step never committed; then the token is not ours to release.
    guard try await queries.deleteHubUser(hubUserGlobalID: subjectID) == 1 else { return true }
    // A token that has been cleaned up meanwhile cannot be released and need not be.
    _ = try await queries.releaseHubSignupToken(tokenHash: signupTokenHash.bytes)
    return true
  }
}
