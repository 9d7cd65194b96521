/// One alarm clock: what is set later than it already is changes nothing, so that however often it is set, it rings
/// once.
struct Alarm {
  private var time: ContinuousClock.Instant?

  mutating func set(
    after pause: Duration,
    _ group: inout DiscardingTaskGroup,
    _ ring: @escaping @Sendable (ContinuousClock.Instant) -> Void
  ) {
    let time = ContinuousClock.now + pause
    if let set = self.time, set <= time { return }
    self.time = time
    group.addTask {
      if (try? await Task.sleep(until: time)) != nil { ring(time) }
    }
  }

  /// Whether this is what it was last set to.
  mutating func rings(at time: ContinuousClock.Instant) -> Bool {
    guard self.time == time else { return false }
    self.time = nil
    return true
  }
}
