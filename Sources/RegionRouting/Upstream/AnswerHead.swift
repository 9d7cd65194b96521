import HTTP1

/// The head of an answer as it arrived.
struct AnswerHead: Sendable {
  let status: Int
  let reason: String
  let headers: HeaderFields
  /// The connection may carry another request (RFC 9112 §9.3).
  let isKeptAlive: Bool
  /// What `Content-Length` says; nil without one.
  let contentLength: Int?
  /// `Transfer-Encoding: chunked`.
  let isChunked: Bool
}
