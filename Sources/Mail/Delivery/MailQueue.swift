/// A database's outbox, as the worker sees it.
protocol MailQueue: Sendable {
  /// Claims the oldest due mail, has it delivered and records what came of it, all in one transaction: an error or
  /// cancellation anywhere leaves the mail as it was.
  /// - Returns: false if no mail was due.
  func deliverNext(
    _ deliver: @Sendable (ClaimedMail) async throws -> DeliveryReport
  ) async throws -> Bool

  /// How long until a pending mail is due, zero if one is; nil if none is pending.
  func nextDue() async throws -> Duration?

  /// Calls back whenever mails may have been queued, and first when it has begun to watch. Returns when cancelled.
  func watch(_ onNews: @Sendable () -> Void) async
}
