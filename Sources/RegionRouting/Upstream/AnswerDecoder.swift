import HTTP1
import NIOCore

/// Takes answers off a connection (RFC 9112): bytes in, parts out.
///
/// Interim answers (1xx) are skipped; but 101 is not one of those.
struct AnswerDecoder {
  typealias Part = MessagePart<AnswerHead>

  /// An answer's head may be as large as a request's that our servers take.
  private static let limits = HeadLimits()

  private var input = MessageInput(limits)
  private var isAnswerToHead = false

  /// Something has arrived that belongs to no answer yet.
  var holdsBytes: Bool { input.holdsBytes }

  /// - Parameter isHead: the request was one, so its answer has no body
  mutating func expect(isHead: Bool) {
    isAnswerToHead = isHead
  }

  mutating func append(_ bytes: ByteBuffer) { input.append(bytes) }

  /// The next part, if it is there.
  mutating func next() throws(MessageError) -> Part? {
    guard input.isInBody else { return try takeHead().map(Part.head) }
    return try input.takeBodyPart().map(Part.init)
  }

  /// The other end has closed.
  /// - Returns: the end of an answer that has no other
  mutating func inputClosed() -> Part? { input.endWithConnection() ? .end : nil }

  private mutating func takeHead() throws(MessageError) -> AnswerHead? {
    while let bytes = try input.takeHead() {
      let head = try AnswerHead(parsing: bytes, limits: Self.limits)
      guard head.status >= 200 || head.status == 101 else { continue }
      input.beginBody(head.framing(isAnswerToHead: isAnswerToHead))
      return head
    }
    return nil
  }
}
