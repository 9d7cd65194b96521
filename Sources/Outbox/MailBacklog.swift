/// How much waits in an outbox.
package struct MailBacklog: Sendable {
  /// What is counted exactly; more than this is too much in any case, and counting it would take longer and longer.
  static let mostCounted: Int64 = 100_000

  /// Pending mails, at most `mostCounted`.
  package let pending: Int64
  /// Of the oldest pending mail; zero if there is none.
  package let oldestAge: Duration

  package init(pending: Int64, oldestAge: Duration) {
    self.pending = pending
    self.oldestAge = oldestAge
  }
}
