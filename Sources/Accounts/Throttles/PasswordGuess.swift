import API
import FoundationEssentials
import PostgresClient

/// One attempt at a password, from its admission to its outcome: carries out what `LoginThrottle` decides.
struct PasswordGuess: Sendable {
  private let throttle: LoginThrottle
  private let key: ThrottleKey
  private let counters: any ThrottleQueries
  /// How many wrong ones had been counted when this one began.
  private let seen: Int

  /// - Throws: 429 during a pause: nothing is judged, nothing counted, nothing written.
  init(_ throttle: LoginThrottle, _ key: ThrottleKey, _ counters: any ThrottleQueries) async throws {
    self.throttle = throttle
    self.key = key
    self.counters = counters
    let counter = throttle.isOff ? nil : try await counters.find(key)
    if let pause = throttle.remainingPause(counter) { throw Problem.tooManyRequests(pause) }
    seen = counter?.events ?? 0
  }

  /// Counts a wrong password.
  /// - Returns: the answer: `problem`, or 429 if too many were wrong while this one was verified.
  func wasWrong(_ problem: Problem) async throws -> Problem {
    guard !throttle.isOff, let number = try await counters.count(key, throttle.rule) else { return problem }
    guard !throttle.isTold(number: number, seen: seen) else { return problem }
    return .tooManyRequests(throttle.pause(after: number))
  }

  /// The password was right; it counts only if others have not begun a pause while it was verified.
  /// - Throws: 429.
  func wasRight() async throws {
    guard !throttle.isOff else { return }
    if let pause = throttle.remainingPause(try await counters.find(key)) {
      throw Problem.tooManyRequests(pause)
    }
  }

  /// What a success changes, for its transaction.
  var forgiveness: [PostgresQuery] {
    throttle.isOff ? [] : [counters.throttleDeletion(throttleKey: key.hash)]
  }
}
