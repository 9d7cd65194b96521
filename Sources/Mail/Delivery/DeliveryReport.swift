/// What came of a claimed mail, to be recorded in the transaction that claimed it.
struct DeliveryReport: Sendable {
  enum Attempt: Sendable {
    /// None was allowed any more.
    case none
    case accepted
    /// With the reason as the attempt's row has it.
    case refused(String)
  }

  let attempt: Attempt
  let verdict: DeliveryPolicy.Verdict
}
