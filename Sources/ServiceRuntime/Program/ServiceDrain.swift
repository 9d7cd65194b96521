import Synchronization

/// The time between the signal to stop and the stop, in which a service serves on while load balancers take it out.
///
/// Readiness says so, and the HTTP server tells its clients that their connections end.
public final class ServiceDrain: Sendable {
  private let hasBegun = Atomic(false)
  private let beginning: AsyncStream<Never>
  private let continuation: AsyncStream<Never>.Continuation

  public init() {
    (beginning, continuation) = AsyncStream<Never>.makeStream()
  }

  public var isDraining: Bool { hasBegun.load(ordering: .relaxed) }

  /// Returns when the service begins to drain, or when the task is cancelled. For one task.
  public func begun() async {
    for await _ in beginning {}
  }

  func begin() {
    hasBegun.store(true, ordering: .relaxed)
    continuation.finish()
  }
}
