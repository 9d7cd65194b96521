import NIOHTTP1

/// The head of an answer as it arrived.
struct AnswerHead: Sendable, Equatable {
  var status: Int
  var reason: String
  var headers: HTTPHeaders
  /// The connection may carry another request (RFC 9112 §9.3).
  var isKeptAlive: Bool
  /// What `Content-Length` says; nil without one.
  var contentLength: Int?
  /// `Transfer-Encoding: chunked`.
  var isChunked: Bool
}
