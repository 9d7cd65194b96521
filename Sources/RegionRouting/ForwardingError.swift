public import Vocabulary

/// Why a request could not be answered by its home region.
public enum ForwardingError: Error, Sendable, Equatable {
  /// No server of the region could be reached, or none is known; nothing was delivered. Answer 503.
  case regionUnavailable(RegionCode, retryAfter: Duration)
  /// The deadline passed. The request may have been carried out. Answer 504.
  case timeout(RegionCode)
  /// The connection broke, or the answer was no HTTP, after the request was sent. It may have been carried out.
  /// Answer 502.
  case upstreamFailed(RegionCode)
  /// The request's body is larger than allowed, in bytes. Answer 413 and close: the rest of the body is unread.
  case bodyTooLarge(limit: Int)
  /// The request's body is no HTTP, such as a chunk without a size. Answer 400 and close.
  case malformedBody
  /// The client took too long to send the request's body. Answer 408 and close.
  case requestTimeout
  /// The target holds characters that RFC 3986 doesn't allow, so it can't be passed on unchanged. Answer 400.
  case malformedTarget
  /// The client left; nobody reads the answer.
  case clientGone
}
