import HTTP1
import Synchronization

/// What may end a hop before its time (deadline, departure of the client, an oversized body), whichever comes
/// first, and the request to another region's server that must stop then.
final class HopCancellation: Sendable {
  private struct State {
    var reason: ForwardingError?
    var handle: RequestHandle?
  }
  private let state = Mutex(State())

  /// Why the hop ended early.
  var reason: ForwardingError? { state.withLock(\.reason) }

  /// Ends the hop; only the first reason counts.
  func cancel(_ reason: ForwardingError) {
    let handle = state.withLock { state in
      guard state.reason == nil else { return RequestHandle?.none }
      state.reason = reason
      return state.handle.take()
    }
    handle?.cancel()
  }

  /// Has a request cancelled when the hop ends early, instead of the one before; at once if it already has ended.
  func attach(_ handle: RequestHandle) {
    let hasEnded = state.withLock { state in
      if state.reason == nil { state.handle = handle }
      return state.reason != nil
    }
    if hasEnded { handle.cancel() }
  }

  /// The hop is complete: nothing is left to stop.
  func complete() {
    state.withLock { $0.handle = nil }
  }
}
