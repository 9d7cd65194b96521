/// Decides how many deliveries run at once. A lane takes mails from the queue until none is due.
///
/// News starts a lane; a lane that got a mail starts another, since where one is there may be more. So a single mail
/// costs little and a pile of them soon occupies all lanes.
struct DeliveryLanes: Sendable {
  let limit: Int
  private(set) var running = 0
  private(set) var isStopping = false
  private var hasNews = false

  init(limit: Int) { self.limit = max(1, limit) }

  /// True: start a lane. Otherwise all are busy, and the first that ends is started again.
  mutating func news() -> Bool {
    guard !isStopping else { return false }
    guard running < limit else {
      hasNews = true
      return false
    }
    running += 1
    return true
  }

  enum Next: Equatable { case startAgain, askWhenNextIsDue, pause, none }

  /// - Parameter failed: whether the database failed the lane: then news has to wait a little.
  mutating func ended(failed: Bool) -> Next {
    running -= 1
    if isStopping { return .none }
    if failed {
      hasNews = false
      return .pause
    }
    if hasNews {
      hasNews = false
      running += 1
      return .startAgain
    }
    return running == 0 ? .askWhenNextIsDue : .none
  }

  mutating func stop() { isStopping = true }
}
