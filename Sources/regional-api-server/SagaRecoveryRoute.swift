public import API
import HTTPTypes
import JSON
import RegionRouting
public import Sagas

extension SagaRecovery {
  /// The route by which the region's worker has overdue sagas recovered. Requests of other processes get 404.
  ///
  /// - Parameter verifier: checks the worker's signature.
  func routes(verifier: HopVerifier) -> [Route] {
    [
      .signed(.post, InternalPath.recoverSagas, purpose: .recover, verifier: verifier) { inbound in
        let report = try await recoverOverdue(logger: inbound.logger)
        return .json { json in
          json.member("found", report.found)
          json.member("recovered", report.recovered)
          json.member("failed", report.failed)
        }
      }
    ]
  }
}

extension SagaError: ProblemConvertible {
  public var problem: Problem {
    switch self {
    // Nothing of it is left, or soon will be: a second attempt may succeed.
    case .takenOver: .unavailable(.overloaded, "The request took too long and was undone.", retryAfter: 1)
    case .underWay:
      .unavailable(.overloaded, "Another such request is still under way.", retryAfter: 5)
    case .notUndone, .nothingToUndo, .unknownKind, .unreadableDetails, .lostOutcome: .internalError
    }
  }
}
