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
