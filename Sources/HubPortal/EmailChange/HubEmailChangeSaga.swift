import API
import Accounts
import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase
import Sagas
import Vocabulary

/// Moves a person to a new address: the hash by which they are found is global, the address regional.
///
/// Exclusive, so two completions of one token come one after the other: the second finds the token spent before it
/// writes anything.
struct HubEmailChangeSaga: Saga {
  static let isExclusive = true

  let subjectID: UUID
  /// The region's, also when an earlier attempt has left the new hash in the global database.
  let oldAddress: EmailAddress
  let newAddress: EmailAddress
  /// The hash that the routing row bore when the change was read.
  let routingHash: Data
  let addresses: AddressHasher
  let tokenHash: Data

  var undo: HubEmailChangeUndo {
    // The row has the hash of the new address if an earlier attempt got as far as that.
    HubEmailChangeUndo(
      old: addresses.hash(oldAddress, equalTo: routingHash) ?? addresses.hash(oldAddress),
      oldHashes: addresses.hashes(oldAddress),
      newHash: JournalHash(addresses.hash(newAddress).bytes),
      tokenHash: JournalHash(tokenHash)
    )
  }

  /// Looks again, since the change that the handler has read may be over by now.
  func prepare(_ transaction: PostgresTransaction) async throws {
    let row = try await RegionalQueries(transaction).findHubEmailVerification(tokenHash: tokenHash)
    guard let row, row.emailAddress == oldAddress.address else { throw Problem.invalidVerificationToken }
    guard row.status == .active else { throw Problem.inactiveAccount }
  }

  func writeGlobal(_ transaction: PostgresTransaction) async throws {
    let queries = GlobalQueries(transaction)
    let (new, newHashes) = (addresses.hash(newAddress), addresses.hashes(newAddress))
    // The unique constraint knows an address by one hash only.
    let owner = try await queries.findHubUserRouting(emailAddressHashes: newHashes)
    guard owner == nil || owner?.hubUserGlobalID == subjectID else { throw Problem.alreadyRegistered }
    let changed = try await queries.changeHubUserEmailHash(
      newHash: new.bytes,
      hashingAlgorithm: new.algorithm,
      hubUserGlobalID: subjectID,
      knownHashes: addresses.hashes(oldAddress) + newHashes
    )
    guard changed == 1 else { throw HubEmailChangeError.foreignHash }
  }

  func writeRegional(_ transaction: PostgresTransaction, _: Void) async throws {
    let queries = RegionalQueries(transaction)
    // The account is locked before any token, as in every change of a way into it.
    let changed = try await queries.changeHubUserAddress(
      newEmailAddress: newAddress.address,
      hubUserGlobalID: subjectID,
      oldEmailAddress: oldAddress.address
    )
    guard changed == 1 else { throw Problem.invalidVerificationToken }
    guard try await queries.deleteHubEmailVerificationToken(tokenHash: tokenHash) == 1 else {
      throw Problem.invalidVerificationToken
    }
    _ = try await transaction.executeAll(RegionalHubTables.everyRevocation(of: subjectID))
  }

  func isComplete(in regional: PostgresPool) async throws -> Bool {
    let row = try await RegionalQueries(regional).findHubUserAddress(hubUserGlobalID: subjectID)
    return row?.emailAddress == newAddress.address
  }

  /// Says whether a unique violation means that the new address belongs to somebody else.
  static func isAddressTaken(_ error: PostgresError) -> Bool { HubSignupSaga.isAddressTaken(error) }
}

/// A contradiction between the databases that only an operator can put right.
enum HubEmailChangeError: Error {
  /// The routing row bears the hash of neither the old nor the new address.
  case foreignHash
}
