import HTTPServing
import PasswordHashing
import PostgresClient
import RegionRouting
import RegionalDatabase
import ServiceKit
import Vocabulary

extension HubPortal {
  var passwordResetHome: HomeRule<CompletePasswordResetInput, RawToken> {
    .bodyToken(\.token, malformed: .invalidResetToken)
  }

  /// `POST /hub/complete-password-reset`: a new password for whoever has the mailed token, once; all else that could open the
  /// account ends.
  func completePasswordReset(
    _ input: CompletePasswordResetInput,
    _ token: RawToken,
    _: RegionalCall
  ) async throws -> Response {
    guard let row = try await regionalQueries.findHubPasswordResetToken(tokenHash: token.hash) else {
      throw Problem.invalidResetToken
    }
    guard row.status == .active else { throw Problem.inactiveAccount }
    let passwordHash = try await hasher.hash(input.password)
    try await regional.withTransaction { transaction in
      let queries = RegionalQueries(transaction)
      // Whoever spends the token first has won.
      guard try await queries.spendHubPasswordResetToken(tokenHash: token.hash) == 1 else {
        throw Problem.invalidResetToken
      }
      let changed = try await queries.resetHubUserPassword(
        passwordHash: passwordHash,
        hubUserGlobalID: row.hubUserGlobalID
      )
      guard changed == 1 else { throw Problem.inactiveAccount }
      _ = try await transaction.executeAll(HubAccess.revocations(of: row.hubUserGlobalID))
    }
    return .empty
  }
}

extension Problem {
  static let invalidResetToken = Problem.unauthorized("The link has expired or was used; ask for a new one.")
}
