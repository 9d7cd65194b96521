import HTTP1
import NIOCore

/// What came back. Interim answers (1xx) are never seen here.
enum UpstreamAnswer: Sendable {
  /// Complete: the whole body, at hand.
  case whole(AnswerHead, ByteBuffer)
  /// The body is still coming.
  case streaming(AnswerHead, BodyStream<UpstreamFailure>)

  /// Answers of known length up to this size are passed on in one piece: one write instead of three, no stream.
  static let wholeLimit = 64 << 10
}

/// Why there is no answer, or not all of one.
enum UpstreamFailure: Error, Equatable {
  /// No connection was made: provably not delivered, may be sent elsewhere.
  case notConnected
  /// All connections to the endpoint stayed busy: not delivered, and the endpoint is alive.
  case allBusy
  /// The connection broke or what came was no HTTP: may have been delivered.
  case broken
  /// The exchange's deadline passed.
  case timeout
  /// By `UpstreamClient.cancel` or `shutdown`.
  case cancelled
}
