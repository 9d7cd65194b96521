import DequeModule
import FoundationEssentials
import Logging
import MailSealing
import Metrics
import NIOConcurrencyHelpers
import Outbox
import SMTP
import Synchronization
import Telemetry
import Vocabulary

/// Delivers one claimed mail and says what to record.
final class DeliveryAgent: Sendable {
  let transport: SMTPTransport
  private let sender: MailSender
  private let policy: DeliveryPolicy
  private let isTrusted: @Sendable () -> Bool
  private let logger: Logger
  private let underWay = NIOLockedValueBox<Set<UUID>>([])
  private let unrecorded = UnrecordedAcceptances()
  private let isOpen = Atomic(true)

  /// - Parameter isTrusted: whether this process may send at all; asked repeatedly until a message is handed over.
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

  /// Hands over no further message, nor the rest of one. The reply to a message that has been handed over is still
  /// waited for.
  func close() { isOpen.store(false, ordering: .releasing) }
  /// Allows deliveries again.
  func open() { isOpen.store(true, ordering: .releasing) }

  /// Forgets an accepted mail; to be called when its outcome has been recorded.
  func recorded(_ outcome: DeliveryOutcome, of mail: ClaimedMail) {
    if outcome == .accepted { unrecorded.remove(mail.id) }
  }

  /// Delivers a mail, unless it has been accepted before, has expired or has used up its attempts.
  /// - Parameter mayGoOn: whether the claim still holds; asked repeatedly during a dialogue.
  /// - Throws: `SMTPError` when the delivery was aborted, which is no attempt and leaves no trace.
  func deliver(_ mail: ClaimedMail, while mayGoOn: @escaping @Sendable () -> Bool) async throws
    -> DeliveryOutcome
  {
    // Another slot may have lost its claim to this one and not have noticed yet.
    guard underWay.withLockedValue({ $0.insert(mail.id).inserted }) else { throw SMTPError.aborted }
    defer { underWay.withLockedValue { _ = $0.remove(mail.id) } }
    if unrecorded.contains(mail.id) {
      logger.info("mail was accepted before", metadata: metadata(mail, attempt: mail.failures + 1))
      return .accepted
    }
    guard !mail.isExpired else {
      expired(mail)
      return .expired
    }
    guard policy.allowsAttempt(afterFailures: mail.failures) else {
      gaveUp(mail, attempt: mail.failures)
      return .notAttempted
    }
    guard let refusal = try await refusal(of: mail, while: mayGoOn) else {
      accepted(mail)
      return .accepted
    }
    let consequence = policy.consequence(
      afterFailures: mail.failures,
      isCode: mail.isCode,
      jitter: .random(in: 0...1)
    )
    refused(mail, refusal, consequence)
    // The record stays when the recipient of a sign-up's mail is blanked, so it must not name them either.
    return .refused(mail.isSignup ? refusal.description : refusal.detail, consequence)
  }

  private func refusal(
    of mail: ClaimedMail,
    while mayGoOn: @escaping @Sendable () -> Bool
  ) async throws -> SMTPError? {
    do {
      let bodies = try mail.bodies.get()
      let message = try MailMessage(
        id: mail.id,
        date: mail.queuedAt,
        sender: sender,
        recipient: mail.to,
        subject: mail.subject,
        text: bodies.text,
        html: bodies.html
      )
      try await transport.send(message) { [self] phase in
        switch phase {
        case .handingOver: isOpen.load(ordering: .acquiring) && isTrusted() && mayGoOn()
        // While the row's lock keeps other workers from this mail, the reply is worth waiting for.
        case .awaitingReply: mayGoOn()
        }
      }
      return nil
    } catch let error as MailOpeningError {
      PlatformMetrics.mailUnopened(mail.type).increment()
      return SMTPError("\(error)")
    } catch let error as MailMessageError {
      return SMTPError("\(error)")
    } catch let error as SMTPError {
      if error.isAborted { throw error }
      return error
    }
  }

  private func accepted(_ mail: ClaimedMail) {
    unrecorded.insert(mail.id)
    PlatformMetrics.mailAttempts(mail.type, "accepted").increment()
    PlatformMetrics.mailDelivery(mail.type).recordSeconds(Date().timeIntervalSince(mail.queuedAt))
    logger.info("mail accepted", metadata: metadata(mail, attempt: mail.failures + 1))
  }

  private func refused(_ mail: ClaimedMail, _ refusal: SMTPError, _ consequence: DeliveryOutcome.Consequence)
  {
    PlatformMetrics.mailAttempts(mail.type, "refused").increment()
    logger.warning(
      "mail refused",
      metadata: metadata(mail, attempt: mail.failures + 1).merging(["error": "\(refusal)"]) { $1 }
    )
    if consequence == .giveUp { gaveUp(mail, attempt: mail.failures + 1) }
  }

  private func expired(_ mail: ClaimedMail) {
    PlatformMetrics.mailExpired(mail.type).increment()
    logger.warning("mail expired before it was sent", metadata: metadata(mail, attempt: mail.failures))
  }

  private func gaveUp(_ mail: ClaimedMail, attempt: Int) {
    PlatformMetrics.mailFailed(mail.type).increment()
    logger.error("mail given up", metadata: metadata(mail, attempt: attempt))
  }

  /// The ids and the type of the mail: neither its recipient nor its subject.
  private func metadata(_ mail: ClaimedMail, attempt: Int) -> Logger.Metadata {
    [
      "email_id": "\(mail.id.text)", "email_type": "\(mail.type)", "attempt": "\(attempt)",
    ]
  }
}

/// The mails that the SMTP server has accepted and whose acceptance is not committed yet, or could not be committed.
/// When this process claims such a mail again it records the acceptance instead of sending it twice. The mail is sent
/// again only if this process is gone, too, or another one claims it first.
final class UnrecordedAcceptances: Sendable {
  /// The most ids that are kept. The id of a mail that another process has sent again stays here, so the oldest are
  /// dropped.
  private let limit: Int
  private let ids = NIOLockedValueBox<Deque<UUID>>([])

  init(limit: Int = 1000) { self.limit = limit }

  func contains(_ id: UUID) -> Bool { ids.withLockedValue { $0.contains(id) } }

  func insert(_ id: UUID) {
    ids.withLockedValue { ids in
      if ids.count == limit { ids.removeFirst() }
      ids.append(id)
    }
  }

  func remove(_ id: UUID) {
    ids.withLockedValue { ids in
      if let index = ids.firstIndex(of: id) { ids.remove(at: index) }
    }
  }
}
