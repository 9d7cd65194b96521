import Synchronization

/// What may end a hop before its time (deadline, departure of the client, an oversized body), whichever comes
/// first, and what must stop then: the exchange and the reading of the request's body.
final class HopLifeline: Sendable {
  private struct State {
    var reason: ForwardingError?
    var seat: UpstreamSeat?
    var pipe: HopPipe?

    /// Takes out what is to be stopped outside the lock.
    mutating func takeAll() -> (UpstreamSeat?, HopPipe?) {
      defer { (seat, pipe) = (nil, nil) }
      return (seat, pipe)
    }
  }
  private let state = Mutex(State())

  var reason: ForwardingError? { state.withLock(\.reason) }

  /// Ends the hop; only the first reason counts.
  func end(_ reason: ForwardingError) {
    let (seat, pipe) = state.withLock { state in
      guard state.reason == nil else { return (UpstreamSeat?.none, HopPipe?.none) }
      state.reason = reason
      return state.takeAll()
    }
    seat?.cancel()
    pipe?.fail(reason)
  }

  /// Has an exchange cancelled when the hop ends early, instead of the one before; at once if it already has ended.
  func attach(_ seat: UpstreamSeat) {
    let hasEnded = state.withLock { state in
      if state.reason == nil { state.seat = seat }
      return state.reason != nil
    }
    if hasEnded { seat.cancel() }
  }

  /// Has the way of the request's body closed when the hop ends early; at once if it already has.
  func attach(_ pipe: HopPipe) {
    let reason = state.withLock { state in
      if state.reason == nil { state.pipe = pipe }
      return state.reason
    }
    if let reason { pipe.fail(reason) }
  }

  /// The hop is complete: nothing is left to stop.
  func complete() {
    _ = state.withLock { $0.takeAll() }
  }
}
