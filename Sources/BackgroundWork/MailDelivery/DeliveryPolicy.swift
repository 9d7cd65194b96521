import Outbox

/// Whether a mail is tried (again), and when.
struct DeliveryPolicy: Sendable {
  /// In total; the failure that reaches it is the last.
  let maxAttempts: Int
  private let backoff = BackoffPolicy()

  init(maxAttempts: Int) { self.maxAttempts = maxAttempts }

  /// False for a mail that used up its attempts while more of them were allowed: it is given up as it is.
  func allowsAttempt(afterFailures failures: Int) -> Bool { failures < maxAttempts }

  /// What follows a refusal.
  /// - Parameters:
  ///   - failures: those before this one.
  ///   - jitter: see `BackoffPolicy`.
  func sequel(afterFailures failures: Int, jitter: Double) -> DeliveryReport.Sequel {
    let failures = failures + 1
    return failures < maxAttempts
      ? .retry(after: backoff.wait(afterFailures: failures, jitter: jitter)) : .giveUp
  }
}
