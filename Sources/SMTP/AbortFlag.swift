import Synchronization

/// Tells a dialogue on another thread to end: because somebody said so, or because it may not go on any more.
final class AbortFlag: Sendable {
  private let raised = Atomic(false)
  private let mayGoOn: SMTPTransport.Permission

  init(mayGoOn: @escaping SMTPTransport.Permission) { self.mayGoOn = mayGoOn }

  func isRaised(in phase: SMTPPhase) -> Bool { raised.load(ordering: .acquiring) || !mayGoOn(phase) }
  func raise() { raised.store(true, ordering: .releasing) }
}
