/// What came of a claimed mail, to be recorded in the transaction that claimed it.
package enum DeliveryReport: Equatable, Sendable {
  /// What follows a refusal.
  package enum Sequel: Equatable, Sendable {
    case retry(after: Duration)
    case giveUp
  }

  case accepted
  /// With the reason as the attempt's row has it.
  case refused(String, Sequel)
  /// No attempt was allowed any more: given up as it is.
  case notAttempted
}
