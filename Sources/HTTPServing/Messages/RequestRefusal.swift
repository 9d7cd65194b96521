import HTTPTypes

/// Why a request was not understood.
public enum RequestRefusal: Sendable {
  case malformed
  /// RFC 6585 §5.
  case headTooLarge

  init(_ error: MessageError) {
    switch error {
    case .malformed: self = .malformed
    case .headTooLarge: self = .headTooLarge
    }
  }
}

extension HTTPResponder {
  /// The answer to a request that nobody could understand.
  public func response(to refusal: RequestRefusal) -> (Response, EncodedFields) {
    switch refusal {
    case .malformed: (Response(status: .badRequest), .none)
    case .headTooLarge: (Response(status: .requestHeaderFieldsTooLarge), .none)
    }
  }
}
