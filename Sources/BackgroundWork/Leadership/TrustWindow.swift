import Synchronization

/// Until when this process may take itself for the leader, by a clock that no stop of the process stops.
final class TrustWindow: Sendable {
  private let end = Mutex<ContinuousClock.Instant?>(nil)

  func isOpen(at now: ContinuousClock.Instant = .now) -> Bool {
    end.withLock { end in end.map { now < $0 } ?? false }
  }

  func open(until end: ContinuousClock.Instant) { self.end.withLock { $0 = end } }
  func close() { end.withLock { $0 = nil } }
}
