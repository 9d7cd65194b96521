import Synchronization

/// What may end a hop before its time (deadline, departure of the client, an oversized body), whichever comes
/// first, and what must stop then: the tasks and pipes attached.
final class HopLifeline: Sendable {
  private struct State {
    var reason: ForwardingError?
    var stops: [@Sendable (ForwardingError) -> Void] = []
  }
  private let state = Mutex(State())

  var reason: ForwardingError? { state.withLock(\.reason) }

  /// Ends the hop; only the first reason counts.
  func end(_ reason: ForwardingError) {
    let stops = state.withLock { state in
      guard state.reason == nil else { return [@Sendable (ForwardingError) -> Void]() }
      state.reason = reason
      defer { state.stops = [] }
      return state.stops
    }
    for stop in stops { stop(reason) }
  }

  /// Has something stopped when the hop ends early; at once if it already has.
  func attach(_ stop: @escaping @Sendable (ForwardingError) -> Void) {
    let reason = state.withLock { state in
      if state.reason == nil { state.stops.append(stop) }
      return state.reason
    }
    if let reason { stop(reason) }
  }

  /// The hop is complete: nothing is left to stop.
  func complete() {
    state.withLock { $0.stops = [] }
  }
}
