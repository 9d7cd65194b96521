/// When to try to connect again: at once after the first failure, then with pauses that double. Pure.
struct Backoff {
  static let shortest = Duration.milliseconds(50)
  static let longest = Duration.seconds(2)

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
    let full = min(Self.longest, Self.shortest * (1 << min(max(0, failures - 1), 16)))
    return full / 2 + full / 2 * jitter
  }
}
