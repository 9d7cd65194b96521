import HTTPTypes
import NIOCore
import NIOHTTP1

/// Why a request was not understood.
public enum RequestRefusal: Sendable {
  case malformed
  /// RFC 6585 §5.
  case headTooLarge

  /// Nil for errors of the connection, which no answer can tell of.
  init?(_ error: any Error) {
    switch error {
    case HTTPParserError.headerOverflow: self = .headTooLarge
    case is HTTPParserError: self = .malformed
    case is IOError, is ChannelError: return nil
    default: self = .malformed
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
