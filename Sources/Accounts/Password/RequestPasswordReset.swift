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
  /// limit of mails to its address. Every call does the same work, too, down to the pages of the write-ahead log, so
  /// that neither the time nor an outage tells who has an account (OWASP Forgot Password Cheat Sheet): whoever gets no
  /// mail causes one that is rolled back.
  /// - Parameters:
  ///   - account: its id; nil if nobody has the name that was given
  ///   - address: the one that was given
  public func requestPasswordReset(
    of account: UUID?,
    at address: EmailAddress,
    _ call: AccountCall
  ) async throws -> MessageContent {
    let credentials =
      if let account {
        try await credentials(of: account, call)
      } else {
        try await tables.findCredentials(database.pool, userID: UUID())
      }
    let recipient = credentials.flatMap { $0.isActive ? $0 : nil }
    try await mailResetLink(
      to: recipient == nil ? nil : account,
      at: recipient?.emailAddress ?? address.address,
      in: recipient?.preferredLanguage ?? SupportedLanguage.standard.rawValue
    )
    return MessageContent(
      "If there is an account with this email address, a mail with a link has been sent to it."
    )
  }

  /// - Parameter account: nil if nobody gets a mail
  private func mailResetLink(to account: UUID?, at address: String, in language: String) async throws {
    let token = RawToken()
    let lifetime = lifetimes.passwordResetToken
    let mail = mails.passwordReset(address, tokens.text(of: token), lifetime, language)
    let limited = account == nil ? ThrottleKey.unsentMail(to: address) : .mail(to: address)
    try await database.pool.withTransaction { transaction in
      guard try await throttles.mail.admits(limited, database.throttles, transaction) else { return }
      let insertion =
        if let account {
          tables.insertPasswordResetToken(
            tokenHash: token.hash,
            lifetimeMs: lifetime.milliseconds,
            userID: account,
            mailedAddress: address
          )
        } else {
          tables.insertDecoyPasswordResetToken(tokenHash: token.hash, randomID: UUID())
        }
      let inserted = try await transaction.executeAll([PostgresTransaction.savepoint, insertion]).last
      // Nothing for an address that is no longer the account's, or an account that was disabled meanwhile.
      let isKept = account != nil && inserted?.affectedRows == 1
      try await transaction.commit(
        executing: [
          mail, isKept ? PostgresTransaction.releaseSavepoint : PostgresTransaction.rollbackToSavepoint,
        ]
      )
    }
  }
}
