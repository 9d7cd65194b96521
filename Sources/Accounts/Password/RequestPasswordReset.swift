public import API
public import FoundationEssentials
import Logging
import PostgresClient
import SharedQueries
import SystemPrimitives
public import Vocabulary

extension AccountRealm {
  /// Mails a link with which somebody who has forgotten the password can choose a new one.
  ///
  /// Every call is answered alike, byte by byte: for an unknown account, for one that is not active, and beyond the
  /// limit of mails to its address. It reads and counts alike, too, so that neither the time nor an outage tells who
  /// has an account.
  /// - Parameters:
  ///   - account: its id; nil if nobody has the name that was given
  ///   - address: the one that was given
  public func requestPasswordReset(
    of account: UUID?,
    at address: EmailAddress,
    _ call: AccountCall
  ) async throws -> MessageContent {
    if let account, let credentials = try await credentials(of: account, call), credentials.isActive {
      try await mailResetLink(to: account, credentials)
    } else {
      if account == nil { _ = try await tables.findCredentials(database.pool, userID: UUID()) }
      try await database.pool.withTransaction { transaction in
        _ = try await throttles.mail.admits(.mail(to: address.address), database.throttles, transaction)
      }
    }
    return MessageContent(
      "If there is an account with this email address, a mail with a link has been sent to it."
    )
  }

  private func mailResetLink(to account: UUID, _ credentials: FindCredentials.Row) async throws {
    let token = RawToken()
    let mail = mails.passwordReset(
      credentials.emailAddress,
      tokens.text(of: token),
      lifetimes.passwordResetToken,
      credentials.preferredLanguage
    )
    try await database.pool.withTransaction { transaction in
      let address = credentials.emailAddress
      guard try await throttles.mail.admits(.mail(to: address), database.throttles, transaction) else { return }
      let inserted = try await tables.insertPasswordResetToken(
        transaction,
        tokenHash: token.hash,
        lifetimeMs: lifetimes.passwordResetToken.milliseconds,
        userID: account,
        mailedAddress: address
      )
      // Nothing for an address that is no longer the account's, or an account that was disabled meanwhile.
      guard inserted == 1 else { return }
      try await transaction.commit(executing: [mail])
    }
  }
}
