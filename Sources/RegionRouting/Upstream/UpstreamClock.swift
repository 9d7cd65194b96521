import NIOCore

/// Calls a loop regularly while it has something to watch: often while requests are under way, seldom while there are
/// only idle connections, never when there is nothing.
final class UpstreamClock {
  enum Pace {
    case fast
    case slow
    case stopped

    /// How late a time-out may be noticed.
    fileprivate var interval: TimeAmount { self == .fast ? .milliseconds(50) : .seconds(5) }
  }

  private let eventLoop: any EventLoop
  private var pace = Pace.stopped
  private var next: Scheduled<Void>?
  /// Requests came since the last call, so it is worth staying fast.
  private var isWanted = false

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// - Parameter tick: says how to go on
  func run(_ wanted: Pace, calling tick: @escaping () -> Pace) {
    isWanted = true
    guard pace != .fast else { return }
    next?.cancel()
    schedule(wanted, tick)
  }

  func stop() {
    next?.cancel()
    (pace, next) = (.stopped, nil)
  }

  private func schedule(_ pace: Pace, _ tick: @escaping () -> Pace) {
    self.pace = pace
    guard pace != .stopped else { return next = nil }
    next = eventLoop.assumeIsolated().scheduleTask(in: pace.interval) {
      self.isWanted = false
      let pace = tick()
      // A request that the call itself set off has found the clock running.
      self.schedule(self.isWanted ? .fast : pace, tick)
    }
  }
}
