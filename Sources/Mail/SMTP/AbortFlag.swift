import Synchronization

/// Tells a dialogue on another thread to end: because somebody said so, or because it may not go on any more.
final class AbortFlag: Sendable {
  private let raised = Atomic(false)
  private let mayGoOn: @Sendable () -> Bool

  init(mayGoOn: @escaping @Sendable () -> Bool) { self.mayGoOn = mayGoOn }

  var isRaised: Bool { raised.load(ordering: .acquiring) || !mayGoOn() }
  func raise() { raised.store(true, ordering: .releasing) }
}
