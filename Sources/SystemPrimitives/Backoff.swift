/// Pauses between attempts that fail: they double from a shortest to a longest one. A value without a clock.
///
/// Chance spreads the attempts of many processes that failed at the same moment, for example after a server's
/// restart ("equal jitter": one half of the pause is certain, the other is drawn).
public struct Backoff: Sendable, Equatable {
  public let shortest: Duration
  public let longest: Duration

  public init(from shortest: Duration, to longest: Duration) {
    self.shortest = shortest
    self.longest = longest
  }

  /// The pause after so many failures in a row: zero after none, `shortest` after one, then twice as long each time.
  public func pause(afterFailures failures: Int) -> Duration {
    guard failures > 0 else { return .zero }
    return min(longest, shortest * (1 << min(failures - 1, 30)))
  }

  /// The same pause, of which the second half is multiplied by `jitter`.
  ///
  /// - Parameter jitter: between 0 and 1, drawn by the caller.
  public func pause(afterFailures failures: Int, jitter: Double) -> Duration {
    let full = pause(afterFailures: failures)
    return full / 2 + full / 2 * jitter
  }
}
