import FoundationEssentials
import Logging

/// Delivers one claimed mail and says what to record.
struct MailDelivery: Sendable {
  let transport: SMTPTransport
  let sender: MailSender
  let policy: DeliveryPolicy
  let logger: Logger

  /// - Throws: `SMTPError` when the delivery was broken off, which is no attempt and leaves no trace.
  func deliver(_ mail: ClaimedMail) async throws -> DeliveryReport {
    guard policy.allowsAttempt(afterFailures: mail.failures) else {
      gaveUp(mail, attempt: mail.failures)
      return DeliveryReport(attempt: .none, verdict: .giveUp)
    }
    let refusal = try await refusal(of: mail)
    let verdict = policy.verdict(
      accepted: refusal == nil,
      afterFailures: mail.failures,
      jitter: .random(in: 0...1)
    )
    record(mail, verdict, refusal)
    return DeliveryReport(attempt: refusal.map { .refused($0.detail) } ?? .accepted, verdict: verdict)
  }

  private func refusal(of mail: ClaimedMail) async throws -> SMTPError? {
    do {
      let message = try MailMessage(
        id: mail.id,
        date: mail.queuedAt,
        sender: sender,
        recipient: mail.to,
        subject: mail.subject,
        text: mail.text,
        html: mail.html
      )
      try await transport.send(message)
      return nil
    } catch let error as MailMessageError {
      return SMTPError("\(error)")
    } catch let error as SMTPError {
      if error.isAborted { throw error }
      return error
    }
  }

  private func record(_ mail: ClaimedMail, _ verdict: DeliveryPolicy.Verdict, _ refusal: SMTPError?) {
    MailMetrics.attempted(mail.type, accepted: refusal == nil)
    if let refusal {
      logger.warning(
        "mail refused",
        metadata: metadata(mail, attempt: mail.failures + 1).merging(["error": "\(refusal)"]) { $1 }
      )
      if verdict == .giveUp { gaveUp(mail, attempt: mail.failures + 1) }
    } else {
      MailMetrics.delivered(mail.type, after: Date().timeIntervalSince(mail.queuedAt))
      logger.info("mail accepted", metadata: metadata(mail, attempt: mail.failures + 1))
    }
  }

  private func gaveUp(_ mail: ClaimedMail, attempt: Int) {
    MailMetrics.gaveUp(mail.type)
    logger.error("mail given up", metadata: metadata(mail, attempt: attempt))
  }

  /// Neither recipient nor subject.
  private func metadata(_ mail: ClaimedMail, attempt: Int) -> Logger.Metadata {
    [
      "email_id": "\(mail.id.uuidString.lowercased())", "email_type": "\(mail.type)", "attempt": "\(attempt)",
    ]
  }
}
