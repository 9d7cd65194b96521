public import API
public import Sagas

extension SagaError: ProblemConvertible {
  public var problem: Problem {
    switch self {
    // Nothing of it is left, or soon will be: a second attempt is welcome.
    case .takenOver: .unavailable(.overloaded, "The request took too long and was undone.", retryAfter: 1)
    case .underWay:
      .unavailable(.overloaded, "Another such request is still under way.", retryAfter: 5)
    case .notUndone, .unknownKind, .unreadableDetails, .lostOutcome: .internalError
    }
  }
}
