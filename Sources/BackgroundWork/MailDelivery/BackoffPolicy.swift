/// How long a mail waits after a failed attempt.
struct BackoffPolicy: Sendable {
  /// At the index of the failures so far; the last one also stands for all that follow.
  private static let waits: [Duration] = [
    .zero, .seconds(60), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 60 * 60),
  ]

  /// The table's wait and up to a tenth more, so that mails that failed together do not all come back together.
  /// - Parameter jitter: which part of that tenth, from 0 to 1; drawn by the caller.
  func wait(afterFailures failures: Int, jitter: Double) -> Duration {
    let wait = Self.waits[min(max(0, failures), Self.waits.count - 1)]
    return wait + wait * (0.1 * jitter)
  }
}
