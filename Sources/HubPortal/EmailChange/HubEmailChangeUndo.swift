import FoundationEssentials
import GlobalDatabase
import PostgresClient
import Sagas

/// Lets a person be found by the old address again.
struct HubEmailChangeUndo: SagaUndo {
  static let kind = "hub_email_change"
  static let entity = "hub_user"
  static let action = "revert_email_hash"

  let oldHash: JournalHash
  let newHash: JournalHash
  let tokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case oldHash = "old_email_address_hash"
    case newHash = "new_email_address_hash"
    case tokenHash = "verification_token_hash"
  }

  func takeBack(_ subjectID: UUID, in transaction: PostgresTransaction) async throws -> Bool {
    let queries = GlobalQueries(transaction)
    _ = try await queries.revertHubUserEmailHash(
      oldHash: oldHash.bytes,
      hubUserGlobalID: subjectID,
      newHash: newHash.bytes
    )
    let row = try await queries.findHubUserEmailHash(hubUserGlobalID: subjectID)
    return row?.emailAddressHash == oldHash.bytes
  }
}
