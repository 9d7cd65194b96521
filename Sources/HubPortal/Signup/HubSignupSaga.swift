import API
import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase
import Sagas
import SystemPrimitives
import Vocabulary

/// Makes a person: the routing row and the consumed token are global, the account and its first session regional.
struct HubSignupSaga: Saga {
  private static let handleTries = 5

  let subjectID = UUID()
  let email: EmailAddress
  let addresses: AddressHasher
  let signupTokenHash: Data
  let region: RegionCode
  let input: CompleteSignupInput
  let passwordHash: String
  let sessionHash: Data
  let sessionLifetime: Duration
  /// What handles are made of; tests cause collisions.
  var handleBytes: @Sendable () -> [UInt8] = { SecureRandom.bytes(Handle.length) }

  var undo: HubSignupUndo { HubSignupUndo(signupTokenHash: JournalHash(signupTokenHash)) }

  func writeGlobal(_ transaction: PostgresTransaction) async throws -> Handle {
    let queries = GlobalQueries(transaction)
    // Locks the token: of two completions the second waits here and then finds it consumed.
    guard let token = try await queries.lockHubSignupToken(tokenHash: signupTokenHash) else {
      throw Problem.invalidSignupToken
    }
    // A statement of its own sees whoever spent the token while this attempt waited.
    guard try await queries.findHubUserRouting(emailAddressHashes: addresses.hashes(email)) == nil else {
      throw Problem.alreadyRegistered
    }
    guard !token.isConsumed else { throw Problem.invalidSignupToken }
    let handle = try await insertRoutingRow(queries)
    try await queries.insertHubUserDisplayNames(
      hubUserGlobalID: subjectID,
      languageCodes: input.names.languageCodes,
      displayNames: try sealedNames(),
      preferred: input.names.preferred
    )
    guard try await queries.consumeHubSignupToken(tokenHash: signupTokenHash) == 1 else {
      throw Problem.invalidSignupToken
    }
    return handle
  }

  func writeRegional(_ transaction: PostgresTransaction, _ handle: Handle) async throws {
    _ = try await transaction.executeAll([
      RegionalDatabase.InsertHubUser.query(
        hubUserGlobalID: subjectID,
        emailAddress: email.address,
        handle: handle.handle,
        passwordHash: passwordHash,
        preferredLanguage: input.language.rawValue,
        residentCountryCode: input.country.code
      ),
      RegionalDatabase.InsertHubUserDisplayNames.query(
        hubUserGlobalID: subjectID,
        languageCodes: input.names.languageCodes,
        displayNames: input.names.displayNames,
        preferred: input.names.preferred
      ),
      RegionalHubTables.insertSession(
        tokenHash: sessionHash,
        userID: subjectID,
        lifetimeMs: sessionLifetime.milliseconds
      ),
    ])
  }

  func isComplete(in regional: PostgresPool) async throws -> Bool {
    try await RegionalQueries(regional).findHubUserAddress(hubUserGlobalID: subjectID) != nil
  }

  /// Says whether a unique violation means that somebody else was faster with this address.
  static func isAddressTaken(_ error: PostgresError) -> Bool {
    error.isUniqueViolation("hub_users_email_address_hash_key")
      || error.isUniqueViolation("hub_users_email_address_key")
  }

  /// The names as the global database may have them.
  private func sealedNames() throws -> [String] {
    try zip(input.names.displayNames, input.names.languageCodes).map { name, language in
      try addresses.names.seal(name, for: DisplayNameSealer.Place(user: subjectID, language: language))
    }
  }

  private func insertRoutingRow(_ queries: GlobalQueries<PostgresTransaction>) async throws -> Handle {
    let hash = addresses.hash(email)
    for _ in 1...Self.handleTries {
      let handle = Handle(handleBytes())
      let inserted = try await queries.insertHubUser(
        hubUserGlobalID: subjectID,
        handle: handle.handle,
        emailAddressHash: hash.bytes,
        hashingAlgorithm: hash.algorithm,
        homeRegion: region.rawValue
      )
      if inserted == 1 { return handle }
      guard try await queries.findHubUserRouting(emailAddressHashes: addresses.hashes(email)) == nil else {
        throw Problem.alreadyRegistered
      }
    }
    throw HandleError.noneFree
  }
}

/// Five random handles were all taken: the random source is broken, or handles are nearly exhausted.
enum HandleError: Error {
  case noneFree
}
