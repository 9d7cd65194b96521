/// How much waits in an outbox.
struct MailBacklog: Sendable {
  /// What is counted exactly; more than this is too much in any case, and counting it would take longer and longer.
  static let mostCounted: Int64 = 100_000

  /// Pending mails, at most `mostCounted`.
  let pending: Int64
  /// Of the oldest pending mail; zero if there is none.
  let oldestAge: Duration
}
