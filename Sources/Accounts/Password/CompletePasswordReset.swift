public import API
import PasswordHashing
import PostgresClient
import SharedQueries
public import Vocabulary

public struct CompletePasswordResetInput: RequestInput {
  public let token: String
  let newPassword: Password

  public init?(_ decoder: inout InputDecoder) {
    let token = decoder.requiredString("reset_token")
    let newPassword = decoder.required("new_password", as: Password.self)
    guard let token, let newPassword else { return nil }
    self.token = token
    self.newPassword = newPassword
  }
}

extension AccountRealm {
  /// Sets a new password for whoever has the mailed token, and revokes every other way in: all sessions, unfinished
  /// logins and other tokens. The token is used up by success only. Whoever was guessing at codes knew the old
  /// password, so wrong codes are forgotten with it.
  /// - Parameter token: nil for one that is not of the realm's form
  /// - Throws: 401 (malformed, unknown, expired or used token), 422.
  public func completePasswordReset(
    _ input: CompletePasswordResetInput,
    token: RawToken?,
    _ call: AccountCall
  ) async throws -> EmptyContent {
    guard let token else { throw Problem.invalidResetToken }
    // Looked at first: no hash is computed for a token that is not there.
    guard let reset = try await tables.findPasswordResetToken(database.pool, tokenHash: token.hash) else {
      throw Problem.invalidResetToken
    }
    guard reset.isActive else { throw Problem.inactiveAccount }
    let hash = try await hasher.hash(input.newPassword)
    try await database.pool.withTransaction { transaction in
      // The account is locked before any token, as in every change of a password.
      let results = try await transaction.executeAll([
        tables.setPasswordHash(newPasswordHash: hash, userID: reset.userID),
        tables.deletePasswordResetToken(tokenHash: token.hash),
      ])
      guard results.last?.affectedRows == 1 else { throw Problem.invalidResetToken }
      guard results.first?.affectedRows == 1 else { throw Problem.inactiveAccount }
      let codes = ThrottledCodes(of: reset.userID, call, in: self)
      try await transaction.commit(executing: revocations(of: reset.userID) + codes.reset)
    }
    return .empty
  }
}
