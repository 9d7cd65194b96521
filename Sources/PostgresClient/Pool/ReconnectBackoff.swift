internal import SystemPrimitives

/// The moment from which connecting may be tried again. Pauses double with each failure in a row. Pure.
struct ReconnectBackoff {
  private static let pauses = Backoff(from: .milliseconds(50), to: .seconds(2))

  private(set) var failures = 0
  private(set) var nextAttempt: MonotonicTime?

  func mayTry(_ now: MonotonicTime) -> Bool { nextAttempt.map { $0 <= now } ?? true }

  mutating func succeeded() {
    failures = 0
    nextAttempt = nil
  }

  /// - Parameter jitter: between 0 and 1; spreads the attempts of many processes after a server's restart.
  mutating func failed(_ now: MonotonicTime, jitter: Double) {
    failures += 1
    nextAttempt = now + pause(jitter: jitter)
  }

  /// The pause after the last failure: half of it certain, half by chance.
  func pause(jitter: Double) -> Duration {
    Self.pauses.pause(afterFailures: failures, jitter: jitter)
  }
}
