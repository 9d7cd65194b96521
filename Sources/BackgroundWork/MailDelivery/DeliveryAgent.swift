import FoundationEssentials
import Logging
import Outbox
import SMTP
import Synchronization
import Vocabulary

/// Delivers one claimed mail and says what to record.
final class DeliveryAgent: Sendable {
  let transport: SMTPTransport
  private let sender: MailSender
  private let policy: DeliveryPolicy
  private let isTrusted: @Sendable () -> Bool
  private let logger: Logger
  private let underWay = Mutex<Set<UUID>>([])
  private let unrecorded = UnrecordedAcceptances()
  private let isOpen = Atomic(true)

  /// - Parameter isTrusted: whether this process may send at all; asked again and again until a message is handed over.
  init(
    transport: SMTPTransport,
    sender: MailSender,
    policy: DeliveryPolicy,
    isTrusted: @escaping @Sendable () -> Bool = { true },
    logger: Logger
  ) {
    self.transport = transport
    self.sender = sender
    self.policy = policy
    self.isTrusted = isTrusted
    self.logger = logger
  }

  /// Hands over no further message, nor the rest of one. A message that has been handed over is still waited for.
  func close() { isOpen.store(false, ordering: .releasing) }
  func open() { isOpen.store(true, ordering: .releasing) }

  /// To be called when the report has been recorded.
  func recorded(_ report: DeliveryReport, of mail: ClaimedMail) {
    if report == .accepted { unrecorded.remove(mail.id) }
  }

  /// - Parameter mayGoOn: whether the claim still holds; asked again and again during a dialogue.
  /// - Throws: `SMTPError` when the delivery was broken off, which is no attempt and leaves no trace.
  func deliver(_ mail: ClaimedMail, while mayGoOn: @escaping @Sendable () -> Bool) async throws
    -> DeliveryReport
  {
    // Another lane may have lost its claim to this one and not have noticed yet.
    guard underWay.withLock({ $0.insert(mail.id).inserted }) else { throw SMTPError.aborted }
    defer { underWay.withLock { _ = $0.remove(mail.id) } }
    if unrecorded.contains(mail.id) {
      logger.info("mail was accepted before", metadata: metadata(mail, attempt: mail.failures + 1))
      return .accepted
    }
    guard policy.allowsAttempt(afterFailures: mail.failures) else {
      gaveUp(mail, attempt: mail.failures)
      return .notAttempted
    }
    guard let refusal = try await refusal(of: mail, while: mayGoOn) else {
      accepted(mail)
      return .accepted
    }
    let sequel = policy.sequel(afterFailures: mail.failures, jitter: .random(in: 0...1))
    refused(mail, refusal, sequel)
    return .refused(refusal.detail, sequel)
  }

  private func refusal(
    of mail: ClaimedMail,
    while mayGoOn: @escaping @Sendable () -> Bool
  ) async throws -> SMTPError? {
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
      try await transport.send(message) { [self] phase in
        switch phase {
        case .handingOver: isOpen.load(ordering: .acquiring) && isTrusted() && mayGoOn()
        // The row's lock keeps others from this mail, and for as long as it does the answer is worth waiting for.
        case .awaitingReply: mayGoOn()
        }
      }
      return nil
    } catch let error as MailMessageError {
      return SMTPError("\(error)")
    } catch let error as SMTPError {
      if error.isAborted { throw error }
      return error
    }
  }

  private func accepted(_ mail: ClaimedMail) {
    unrecorded.insert(mail.id)
    MailMetrics.attempted(mail.type, accepted: true)
    MailMetrics.delivered(mail.type, after: Date().timeIntervalSince(mail.queuedAt))
    logger.info("mail accepted", metadata: metadata(mail, attempt: mail.failures + 1))
  }

  private func refused(_ mail: ClaimedMail, _ refusal: SMTPError, _ sequel: DeliveryReport.Sequel) {
    MailMetrics.attempted(mail.type, accepted: false)
    logger.warning(
      "mail refused",
      metadata: metadata(mail, attempt: mail.failures + 1).merging(["error": "\(refusal)"]) { $1 }
    )
    if sequel == .giveUp { gaveUp(mail, attempt: mail.failures + 1) }
  }

  private func gaveUp(_ mail: ClaimedMail, attempt: Int) {
    MailMetrics.gaveUp(mail.type)
    logger.error("mail given up", metadata: metadata(mail, attempt: attempt))
  }

  /// Neither recipient nor subject.
  private func metadata(_ mail: ClaimedMail, attempt: Int) -> Logger.Metadata {
    [
      "email_id": "\(mail.id.text)", "email_type": "\(mail.type)", "attempt": "\(attempt)",
    ]
  }
}
