/// What a saga itself can find wrong.
public enum SagaError: Error, Sendable, Equatable {
  /// The global step was not ready to commit before the deadline.
  case tooLate
  /// Recovery had taken the saga over before its last step.
  case takenOver
  /// A step was reached without what an earlier one should have left: a mistake in the program.
  case lostOutcome
}
