import HTTPTypes
import NIOCore

/// How a client finds the end of an answer (RFC 9112 §6).
enum ResponseFraming: Equatable {
  /// There can be no body: 1xx, 204, 304, or the answer to HEAD.
  case none
  case length(Int, remaining: Int)
  case chunked
  /// By the end of the connection, for HTTP/1.0.
  case untilClose

  enum Piece { case plain, chunk, tooMuch }

  init(of response: Response, isHead: Bool, isHTTP10: Bool) {
    let code = response.status.code
    guard !isHead, code >= 200, code != 204, code != 304 else {
      self = .none
      return
    }
    self =
      switch response.body {
      case .empty: .length(0, remaining: 0)
      case .whole(let bytes): .length(bytes.readableBytes, remaining: 0)
      case .streamed(let length?, _): .length(length, remaining: length)
      case .streamed(nil, _): isHTTP10 ? .untilClose : .chunked
      }
  }

  var hasBody: Bool { self != .none }

  /// Accounts for a piece of a streamed body.
  mutating func take(_ bytes: Int) -> Piece {
    switch self {
    case .none: return .tooMuch
    case .chunked: return .chunk
    case .untilClose: return .plain
    case .length(let length, let remaining):
      guard bytes <= remaining else { return .tooMuch }
      self = .length(length, remaining: remaining - bytes)
      return .plain
    }
  }

  /// Whether all that was announced has been written.
  var isComplete: Bool {
    if case .length(_, let remaining) = self { remaining == 0 } else { true }
  }
}
