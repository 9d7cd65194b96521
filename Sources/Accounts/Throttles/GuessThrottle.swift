import API
import PostgresClient
import SharedQueries

/// Decides about wrong guesses at a secret of one account: passwords or codes. A pure value.
///
/// Below the limit every guess is judged. From the limit on, each wrong one is followed by a pause in which nothing is
/// judged, not even the right secret: 1, 2, 4, 8 … minutes, up to the longest pause. A counter is forgotten one window
/// after it began, or after the longest pause and a window without a guess; a right guess deletes it at once.
///
/// Guesses that run in parallel are judged in the order in which they are counted: those beyond the limit are answered
/// like guesses in a pause, whether or not they were right, so no more can be learned from many at once than from one
/// after the other. Logins that succeed in parallel never disturb each other.
struct GuessThrottle: Sendable, Equatable {
  static let shortestPause = Duration.seconds(60)

  /// Wrong guesses in a window before the first pause; 0 switches the throttle off.
  let maxFailures: Int
  var window = Duration.seconds(15 * 60)
  var longestPause = Duration.seconds(15 * 60)

  var isOff: Bool { maxFailures == 0 }

  /// How long nothing is judged after the wrong guess of this number.
  func pause(after failures: Int) -> Duration {
    guard !isOff, failures >= maxFailures else { return .zero }
    // Twenty doublings are two years, beyond every longest pause.
    return min(longestPause, Self.shortestPause * (1 << min(failures - maxFailures, 20)))
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
    let lengthened = longestPause + window
    return ThrottleRule(
      // A window that begins with a pause must last beyond it.
      window: maxFailures == 1 ? lengthened : window,
      lengtheningFrom: maxFailures,
      lengthened: lengthened,
      mostEvents: .max
    )
  }
}

/// One attempt at a password, from its admission to its outcome: carries out what `GuessThrottle` decides.
struct ThrottledAttempt: Sendable {
  private let throttle: GuessThrottle
  private let key: ThrottleKey
  private let database: AccountDatabase
  /// How many wrong ones had been counted when this one began.
  private let seen: Int

  /// - Throws: 429 during a pause: nothing is judged, nothing counted, nothing written.
  init(_ throttle: GuessThrottle, _ key: ThrottleKey, _ database: AccountDatabase) async throws {
    self.throttle = throttle
    self.key = key
    self.database = database
    let counter = throttle.isOff ? nil : try await database.throttles.find(database.pool, key)
    if let pause = throttle.remainingPause(counter) { throw Problem.tooManyRequests(pause) }
    seen = counter?.events ?? 0
  }

  /// Counts a wrong password.
  /// - Returns: the answer: `problem`, or 429 if too many were wrong while this one was verified.
  func failed(_ problem: Problem) async throws -> Problem {
    guard !throttle.isOff, let number = try await database.throttles.count(database.pool, key, throttle.rule)
    else { return problem }
    guard !throttle.isTold(number: number, seen: seen) else { return problem }
    return .tooManyRequests(throttle.pause(after: number))
  }

  /// The password was right; it counts only if others have not begun a pause while it was verified.
  /// - Throws: 429.
  func succeeded() async throws {
    guard !throttle.isOff else { return }
    if let pause = throttle.remainingPause(try await database.throttles.find(database.pool, key)) {
      throw Problem.tooManyRequests(pause)
    }
  }

  /// The statements that a success adds to its transaction: the counter is deleted.
  var throttleReset: [PostgresQuery] {
    throttle.isOff ? [] : [database.throttles.deleteThrottle(throttleKey: key.hash)]
  }
}
