public import API
import FoundationEssentials
import PasswordHashing
import PostgresClient
import SharedQueries
import Vocabulary

public struct ChangePasswordInput: RequestInput {
  let currentPassword: OfferedPassword
  let newPassword: Password

  public init?(_ decoder: inout InputDecoder) {
    let currentPassword = decoder.required("current_password", as: OfferedPassword.self)
    let newPassword = decoder.required("new_password", as: Password.self)
    guard let currentPassword, let newPassword else { return nil }
    guard currentPassword.password != newPassword else {
      decoder.note("new_password", "must be different from current password")
      return nil
    }
    self.currentPassword = currentPassword
    self.newPassword = newPassword
  }
}

extension AccountRealm {
  /// Sets a new password for whoever knows the current one, and revokes every other way in: all sessions but the one
  /// that asks, unfinished logins and tokens.
  ///
  /// A stolen session must not be a place to guess the password at: wrong ones count like those of logins.
  /// - Throws: 429, 401 (the current password is wrong, or was changed meanwhile; the session has ended meanwhile).
  public func changePassword(
    _ input: ChangePasswordInput,
    _ user: some SignedIn,
    _ call: AccountCall
  ) async throws -> EmptyContent {
    let throttled = try await ThrottledAttempt(
      throttles.login,
      .login(realm: name, account: user.loginName, client: call.client),
      database
    )
    for _ in 1...Self.mostTries {
      guard let credentials = try await credentials(of: user.id, call), credentials.isActive else {
        throw Problem.invalidSession
      }
      guard try await hasher.verify(input.currentPassword, against: credentials.passwordHash) != nil else {
        break
      }
      try await throttled.succeeded()
      let isReplaced = try await replacePassword(
        credentials.passwordHash,
        input.newPassword,
        user,
        throttled.throttleReset + ThrottledCodes(of: user.id, call, in: self).reset
      )
      if isReplaced { return .empty }
    }
    throw try await throttled.failed(.wrongCurrentPassword)
  }

  /// - Returns: false if the stored hash is not the verified one any more, or the account not active.
  /// - Throws: 401 if the session has ended while the password was verified: whoever was signed out, by disabling for
  ///   example, changes nothing any more.
  private func replacePassword(
    _ verified: String,
    _ newPassword: Password,
    _ user: some SignedIn,
    _ throttleReset: [PostgresQuery]
  ) async throws -> Bool {
    let hash = try await hasher.hash(newPassword)
    return try await database.pool.withTransaction { transaction in
      let replaced = try await tables.replacePasswordHash(
        transaction,
        newPasswordHash: hash,
        userID: user.id,
        verifiedPasswordHash: verified
      )
      guard replaced == 1 else { return false }
      // Asked under the lock on the account, which every end of its sessions takes first, by a statement of its own.
      let session = try await tables.isSessionOpen(transaction, tokenHash: user.sessionHash)
      guard session?.isOpen == true else { throw Problem.invalidSession }
      try await transaction.commit(
        executing: revocations(of: user.id, keeping: user.sessionHash) + throttleReset
      )
      return true
    }
  }

  /// The statements that revoke every way into an account but its password.
  /// - Parameter kept: the hash of a session that stays
  func revocations(of user: UUID, keeping kept: Data? = nil) -> [PostgresQuery] {
    tables.revocations(of: user, keeping: kept, and: furtherRevocations(user))
  }
}
