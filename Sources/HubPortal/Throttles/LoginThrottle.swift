/// How long somebody who guessed wrong has to wait before the next guess.
///
/// It slows one client down on one account: others, the owner included, are not held up, so nobody can be locked out by
/// guessing (OWASP Authentication Cheat Sheet, "Account Lockout").
struct LoginThrottle: Sendable {
  /// So many wrong passwords are free; 0 is no limit.
  let limit: Int

  /// Failures older than this are forgotten; no pause is longer. The queries know it as 15 minutes.
  static let memory = Duration.seconds(15 * 60)
  private static let firstPause = Duration.seconds(60)

  /// - Parameters:
  ///   - failures: in a row, each less than `memory` after the one before
  ///   - elapsed: since the last of them
  /// - Returns: what is left of the pause; nil when a guess is free.
  func pause(afterFailures failures: Int, elapsed: Duration) -> Duration? {
    guard limit > 0, failures >= limit else { return nil }
    // 1, 2, 4, 8 and then 15 minutes.
    let pause = min(Self.memory, Self.firstPause * (1 << min(failures - limit, 4)))
    return elapsed < pause ? pause - elapsed : nil
  }
}
