public import API
import HTTPTypes

extension ForwardingError: ProblemConvertible {
  public var problem: Problem {
    switch self {
    case .regionUnavailable(_, let retryAfter):
      // Whole seconds, rounded up: RFC 9110 §10.2.3 knows no fractions.
      let seconds = max(1, Int((retryAfter / .seconds(1)).rounded(.up)))
      return .unavailable(
        .regionUnavailable,
        "The region that holds this data is out of reach at the moment.",
        retryAfter: seconds
      )
    case .timeout: return .timeout
    case .upstreamFailed:
      return Problem(
        .badGateway,
        .regionUnavailable,
        "The connection to the region that holds this data was lost; the request may have been carried out."
      )
    case .bodyTooLarge: return .bodyTooLarge
    case .malformedBody: return .malformedBody("The request body ended early.")
    case .requestTimeout: return .requestTimeout
    case .malformedTarget: return .malformedRequest
    case .clientGone: return .timeout
    }
  }

  /// For metrics.
  fileprivate var outcome: String {
    switch self {
    case .regionUnavailable: "unavailable"
    case .timeout: "timeout"
    case .upstreamFailed: "failed"
    case .bodyTooLarge: "body_too_large"
    case .malformedBody: "malformed_body"
    case .requestTimeout: "request_timeout"
    case .malformedTarget: "malformed_target"
    case .clientGone: "client_gone"
    }
  }
}

extension Result where Failure == ForwardingError {
  /// For metrics.
  var outcome: String {
    switch self {
    case .success: "answered"
    case .failure(let error): error.outcome
    }
  }
}
