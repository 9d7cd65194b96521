import Outbox

/// Decides whether a refused mail is tried again, and when.
struct DeliveryPolicy: Sendable {
  /// The waits between attempts, at the index of the failures so far; the last one stands for all that follow.
  private static let waits: [Duration] = [
    .zero, .seconds(60), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 60 * 60),
  ]
  /// The waits of a mail with a code, which is of use for some minutes only, and for which somebody waits.
  private static let waitsForCodes: [Duration] = [.zero, .seconds(5), .seconds(20)] + waits.dropFirst()

  /// The number of attempts in total; the failure that reaches it is the last.
  let maxAttempts: Int

  /// Returns false for a mail that used up its attempts while more of them were allowed: it is given up as it is.
  func allowsAttempt(afterFailures failures: Int) -> Bool { failures < maxAttempts }

  /// Decides what follows a refusal.
  /// - Parameters:
  ///   - failures: the number of failures before this one.
  ///   - isCode: whether the mail carries a code.
  ///   - jitter: see `wait`.
  func consequence(afterFailures failures: Int, isCode: Bool, jitter: Double) -> DeliveryOutcome.Consequence {
    let failures = failures + 1
    guard failures < maxAttempts else { return .giveUp }
    return .retry(after: Self.wait(afterFailures: failures, isCode: isCode, jitter: jitter))
  }

  /// The table's wait and up to a tenth more, so that mails that failed together do not all come back together.
  /// - Parameter jitter: the part of that tenth, from 0 to 1; drawn by the caller.
  static func wait(afterFailures failures: Int, isCode: Bool, jitter: Double) -> Duration {
    let waits = isCode ? waitsForCodes : waits
    let wait = waits[min(max(0, failures), waits.count - 1)]
    return wait + wait * (0.1 * jitter)
  }
}

/// Decides how many deliveries run at once. A slot takes mails from the queue until none is due.
///
/// The signal that mails may be due fills one slot; a slot that got a mail fills another, since there may be more. A
/// single mail therefore costs little, and a large backlog soon occupies all slots.
struct DeliverySlots: Sendable {
  enum Next: Equatable { case startAgain, askWhenNextIsDue, pause, none }

  let limit: Int
  private(set) var running = 0
  private(set) var isStopping = false
  private var isWanted = false

  init(limit: Int) { self.limit = max(1, limit) }

  /// Asks for a slot, since mails may be due.
  /// - Returns: whether to start one. If all are busy, the first one that ends is started again.
  mutating func acquire() -> Bool {
    guard !isStopping else { return false }
    guard running < limit else {
      isWanted = true
      return false
    }
    running += 1
    return true
  }

  /// Takes note that a slot has ended.
  /// - Parameter failed: whether the database failed it: the next attempt then comes after a pause.
  mutating func ended(failed: Bool) -> Next {
    running -= 1
    if isStopping { return .none }
    if failed {
      isWanted = false
      return .pause
    }
    if isWanted {
      isWanted = false
      running += 1
      return .startAgain
    }
    return running == 0 ? .askWhenNextIsDue : .none
  }

  /// Starts no further slots.
  mutating func stop() { isStopping = true }
}
