import API
import Accounts
import FoundationEssentials
import GlobalDatabase
import PostgresClient
import RegionalDatabase
import Sagas
import Vocabulary

struct CompleteEmailChangeInput: RequestInput {
  let token: String

  init?(_ decoder: inout InputDecoder) {
    guard let token = decoder.requiredString("verification_token") else { return nil }
    self.token = token
  }
}

extension HubPortal {
  var emailChangeHome: HomeRule<CompleteEmailChangeInput, RawToken> {
    .bodyToken(\.token, malformed: .invalidVerificationToken)
  }

  /// `POST /hub/complete-email-change`: the holder of the link has the new address. Ends every session and open token.
  func completeEmailChange(
    _: CompleteEmailChangeInput,
    _ token: RawToken,
    _ call: Call
  ) async throws -> EmptyContent {
    let logger = call.logger
    var person: UUID?
    do {
      try await sagas.runInTurn(logger: logger) {
        let saga = try await emailChange(token.hash)
        person = saga.subjectID
        return saga
      }
    } catch let error as PostgresError where HubEmailChangeSaga.isAddressTaken(error) {
      throw Problem.alreadyRegistered
    } catch let error as HubEmailChangeError {
      sagas.alert.raise(
        entity: HubEmailChangeUndo.entity,
        entityID: person.map { "\($0)" } ?? "",
        action: "set_email_hash",
        error: error,
        logger: logger
      )
      throw Problem.internalError
    }
    return .empty
  }

  /// Reads the change that a token stands for now.
  /// - Throws: the `Problem` that is sent to its owner.
  func emailChange(_ tokenHash: Data) async throws -> HubEmailChangeSaga {
    guard let row = try await regionalQueries.findHubEmailVerification(tokenHash: tokenHash),
      let oldAddress = try? EmailAddress(row.emailAddress),
      let newAddress = try? EmailAddress(row.newEmailAddress),
      let routing = try await globalQueries.findHubUserEmailHash(hubUserGlobalID: row.hubUserGlobalID)
    else { throw Problem.invalidVerificationToken }
    guard row.status == .active else { throw Problem.inactiveAccount }
    let owner = try await globalQueries.findHubUserRouting(emailAddressHashes: addresses.hashes(newAddress))
    // Their own: an earlier attempt got as far as that.
    guard owner == nil || owner?.hubUserGlobalID == row.hubUserGlobalID else {
      throw Problem.alreadyRegistered
    }
    return HubEmailChangeSaga(
      subjectID: row.hubUserGlobalID,
      oldAddress: oldAddress,
      newAddress: newAddress,
      routingHash: routing.emailAddressHash,
      addresses: addresses,
      tokenHash: tokenHash
    )
  }
}

extension Problem {
  static let invalidVerificationToken = Problem.unauthorized("The verification token is not valid.")
}
