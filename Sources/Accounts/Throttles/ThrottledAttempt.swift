import API
import FoundationEssentials
import PostgresClient
import SharedQueries

/// One attempt at a password, from its admission to its outcome: carries out what `LoginThrottle` decides.
struct ThrottledAttempt: Sendable {
  private let throttle: LoginThrottle
  private let key: ThrottleKey
  private let database: AccountDatabase
  /// How many wrong ones had been counted when this one began.
  private let seen: Int

  /// - Throws: 429 during a pause: nothing is judged, nothing counted, nothing written.
  init(_ throttle: LoginThrottle, _ key: ThrottleKey, _ database: AccountDatabase) async throws {
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
