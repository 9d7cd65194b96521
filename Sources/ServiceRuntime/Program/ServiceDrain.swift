import NIOConcurrencyHelpers

/// The time between the signal to stop and the stop, in which a service serves on while load balancers take it out.
///
/// Readiness says so, and the HTTP server tells its clients that their connections end.
public final class ServiceDrain: Sendable {
  private struct State {
    var hasBegun = false
    var waiting: [AsyncStream<Never>.Continuation] = []
  }
  private let state = NIOLockedValueBox(State())

  public init() {}

  public var isDraining: Bool { state.withLockedValue(\.hasBegun) }

  /// Returns when the service begins to drain, or when the task is cancelled. Each listener waits for it.
  public func begun() async {
    let (beginning, continuation) = AsyncStream<Never>.makeStream()
    let hasBegun = state.withLockedValue { state in
      if !state.hasBegun { state.waiting.append(continuation) }
      return state.hasBegun
    }
    if hasBegun { return }
    for await _ in beginning {}
  }

  func begin() {
    let waiting = state.withLockedValue { state in
      state.hasBegun = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.finish() }
  }
}
