public import Sagas

extension HubPortal {
  /// The portal's operations across databases, for recovery.
  public static let sagaUndos: [any SagaUndo.Type] = [HubSignupUndo.self, HubEmailChangeUndo.self]
}
