public import FoundationEssentials
import GlobalDatabase
public import PostgresClient
public import Vocabulary

/// The undo of a hub user's signup: takes the routing row back, and makes the signup link usable again.
public struct HubSignupUndo: SagaUndo {
  public static let kind = "hub_signup"
  public static let entity = "hub_user"
  public static let action = "delete_hub_user"

  let signupTokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case signupTokenHash = "signup_token_hash"
  }

  public init(signupTokenHash: JournalHash) {
    self.signupTokenHash = signupTokenHash
  }

  public func takeBack(_ hubUser: UUID, in transaction: PostgresTransaction) async throws -> SagaUndoOutcome {
    let queries = GlobalQueries(transaction)
    // No row means that the global step never committed; then the token is not this saga's to release.
    guard try await queries.deleteHubUser(hubUserGlobalID: hubUser) == 1 else { return .nothingThere }
    // A token that has been cleaned up meanwhile cannot be released and need not be.
    _ = try await queries.releaseHubSignupToken(tokenHash: signupTokenHash.bytes)
    return .tookBack
  }
}

/// The undo of a hub user's change of address: lets them be found by the old address again.
public struct HubEmailChangeUndo: SagaUndo {
  public static let kind = "hub_email_change"
  public static let entity = "hub_user"
  public static let action = "revert_email_hash"

  let oldHash: JournalHash
  /// What made the old hash; a release that knew of SHA-256 only did not say it.
  let oldAlgorithm: String?
  /// Every hash that the old address may bear.
  let oldHashes: [JournalHash]?
  let newHash: JournalHash
  let tokenHash: JournalHash

  enum CodingKeys: String, CodingKey {
    case oldHash = "old_email_address_hash"
    case oldAlgorithm = "old_hashing_algorithm"
    case oldHashes = "old_email_address_hashes"
    case newHash = "new_email_address_hash"
    case tokenHash = "verification_token_hash"
  }

  /// - Parameters:
  ///   - old: the hash to go back to.
  ///   - oldHashes: every hash that the old address may bear: while the row bears one of them, nothing has happened.
  public init(old: AddressHash, oldHashes: [Data], newHash: JournalHash, tokenHash: JournalHash) {
    oldHash = JournalHash(old.bytes)
    oldAlgorithm = old.algorithm
    self.oldHashes = oldHashes.map { JournalHash($0) }
    self.newHash = newHash
    self.tokenHash = tokenHash
  }

  public func takeBack(_ hubUser: UUID, in transaction: PostgresTransaction) async throws -> SagaUndoOutcome {
    let queries = GlobalQueries(transaction)
    let reverted = try await queries.revertHubUserEmailHash(
      oldHash: oldHash.bytes,
      hashingAlgorithm: oldAlgorithm ?? AddressHasher.plainAlgorithm,
      hubUserGlobalID: hubUser,
      newHash: newHash.bytes
    )
    guard reverted == 0 else { return .tookBack }
    let row = try await queries.findHubUserEmailHash(hubUserGlobalID: hubUser)
    let isOld = ([oldHash] + (oldHashes ?? [])).contains { $0.bytes == row?.emailAddressHash }
    return isOld ? .nothingThere : .somethingLeft
  }
}
