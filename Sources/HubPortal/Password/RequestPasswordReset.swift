import FoundationEssentials
import HTTPServing
import Logging
import Mail
import PostgresClient
import RegionRouting
import RegionalDatabase
import ServiceKit
import Vocabulary

extension HubPortal {
  /// `POST /hub/request-password-reset`: mails a link to an active user. The answer is the same for everybody, and beyond the
  /// quota too: it must not tell who has an account (OWASP Forgot Password Cheat Sheet).
  func requestPasswordReset(
    _ input: RequestPasswordResetInput,
    _ account: UUID?,
    _ call: RegionalCall
  ) async throws -> Response {
    if let account { try await mailPasswordReset(to: account, call.logger) }
    return .json {
      $0.member(
        "message",
        "If this address has an account, an email with a link to reset the password is on its way."
      )
    }
  }

  private func mailPasswordReset(to account: UUID, _ logger: Logger) async throws {
    guard let user = try await regionalQueries.findHubUserByID(hubUserGlobalID: account) else {
      logger.error("routing row without account", metadata: ["hub_user_id": "\(account)"])
      return
    }
    guard user.status == .active else { return }
    let quota = MailQuota(limit: settings.mailMaxPerRecipient)
    let sent = try await regionalQueries.countRecentHubPasswordResetMails(emailTo: user.emailAddress)
    guard quota.allows(oneMoreThan: sent?.mailCount ?? 0) else {
      logger.notice("mail quota is used up", metadata: ["hub_user_id": "\(account)"])
      return
    }
    let token = RegionToken(in: region)
    _ = try await regional.executeAtomically([
      InsertHubPasswordResetToken.query(
        tokenHash: token.raw.hash,
        hubUserGlobalID: account,
        lifetimeMs: settings.passwordResetTokenLifetime.milliseconds
      ),
      mail.hubPasswordReset(
        to: user.emailAddress,
        token: token.text,
        lifetime: settings.passwordResetTokenLifetime,
        language: user.preferredLanguage
      ).insertion,
    ])
  }
}
