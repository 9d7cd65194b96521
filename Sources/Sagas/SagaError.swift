/// What a saga itself can find wrong.
public enum SagaError: Error, Sendable, Equatable {
  /// The journal no longer allows the step: the deadline has passed, or recovery has taken the saga over.
  case takenOver
  /// Another exclusive saga of this kind is open for the same subject.
  case underWay
  /// The undo ran, and something of the global step is left all the same.
  case notUndone
  /// The journal names a kind that this program does not know.
  case unknownKind(String)
  /// The journal's details cannot be read as its kind's.
  case unreadableDetails(String)
  /// A step was reached without what an earlier one should have left: a mistake in the program.
  case lostOutcome
}
