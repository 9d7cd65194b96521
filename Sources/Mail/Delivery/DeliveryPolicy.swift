/// What to do with a mail, given how its attempts went.
struct DeliveryPolicy: Sendable {
  enum Verdict: Equatable, Sendable {
    case sent
    case retry(after: Duration)
    case giveUp
  }

  /// In total; the failure that reaches it is the last.
  let maxAttempts: Int
  private let backoff = BackoffPolicy()

  init(maxAttempts: Int) { self.maxAttempts = maxAttempts }

  /// False for a mail that used up its attempts while more of them were allowed: it is given up as it is.
  func allowsAttempt(afterFailures failures: Int) -> Bool { failures < maxAttempts }

  /// - Parameters:
  ///   - failures: those before this attempt.
  ///   - jitter: see `BackoffPolicy`.
  func verdict(accepted: Bool, afterFailures failures: Int, jitter: Double) -> Verdict {
    if accepted { return .sent }
    let failures = failures + 1
    return failures < maxAttempts
      ? .retry(after: backoff.wait(afterFailures: failures, jitter: jitter)) : .giveUp
  }
}
