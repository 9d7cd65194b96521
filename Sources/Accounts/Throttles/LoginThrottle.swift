/// Decides about wrong passwords for one account from one client's network. A pure value.
///
/// Below the limit every guess is judged. From the limit on, each wrong one is followed by a pause in which nothing is
/// judged, not even the right password: 1, 2, 4, 8, 15, 15 … minutes. A counter is forgotten 15 minutes after it began,
/// or after the longest pause and 15 minutes without a guess; a right password deletes it at once.
///
/// Guesses that run in parallel are judged in the order in which they are counted: those beyond the limit are answered
/// like guesses in a pause, whether or not they were right, so no more can be learned from many at once than from one
/// after the other. Logins that succeed in parallel never disturb each other.
public struct LoginThrottle: Sendable, Equatable {
  static let window = Duration.seconds(15 * 60)
  static let shortestPause = Duration.seconds(60)
  static let longestPause = Duration.seconds(15 * 60)

  /// Wrong passwords in a window before the first pause; 0 switches the throttle off.
  let maxFailures: Int

  public init(maxFailures: Int) {
    self.maxFailures = maxFailures
  }

  var isOff: Bool { maxFailures == 0 }

  /// How long nothing is judged after the wrong password of this number.
  func pause(after failures: Int) -> Duration {
    guard !isOff, failures >= maxFailures else { return .zero }
    // Four doublings reach the longest pause.
    return min(Self.longestPause, Self.shortestPause * (1 << min(failures - maxFailures, 4)))
  }

  /// The rest of a pause; nil if a guess may be judged.
  func remainingPause(_ counter: ThrottleCounter?) -> Duration? {
    guard let counter else { return nil }
    let left = pause(after: counter.events) - counter.age
    return left > .zero ? left : nil
  }

  /// Decides whether a wrong guess is told that it was wrong.
  /// - Parameters:
  ///   - number: the guess's own, counted when it turned out wrong
  ///   - seen: how many had been counted when it began
  func isTold(number: Int, seen: Int) -> Bool {
    // After a pause it is only the first of those that waited for its end.
    isOff || number <= maxFailures || number == seen + 1
  }

  var rule: ThrottleRule {
    let lengthened = Self.longestPause + Self.window
    return ThrottleRule(
      // A window that begins with a pause must last beyond it.
      window: maxFailures == 1 ? lengthened : Self.window,
      lengtheningFrom: maxFailures,
      lengthened: lengthened,
      mostEvents: .max
    )
  }
}
