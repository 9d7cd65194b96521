import HTTPServing
import NIOCore

/// Takes answers off a connection (RFC 9112): bytes in, parts out, without a second look at what has been read.
///
/// Interim answers (1xx) are skipped; but 101 is not one of those.
struct AnswerDecoder {
  enum Part {
    case head(AnswerHead)
    case body(ByteBuffer)
    case end
  }

  /// An answer's head may be as large as a request's that our servers take.
  private static let limits = HeadLimits()

  private var input = ByteBuffer()
  private var headEnd = HeadEnd()
  /// Of the answer whose head has been taken.
  private var body: BodyDecoder?
  private var isAnswerToHead = false

  /// Something has arrived that belongs to no answer yet.
  var holdsBytes: Bool { input.readableBytes > 0 }

  /// - Parameter isHead: the request was one, so its answer has no body
  mutating func expect(isHead: Bool) {
    isAnswerToHead = isHead
  }

  mutating func append(_ bytes: ByteBuffer) {
    var bytes = bytes
    if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
  }

  /// The next part, if it is there.
  mutating func next() throws(MessageError) -> Part? {
    guard body != nil else { return try takeHead().map(Part.head) }
    switch try body?.next(from: &input) {
    case .bytes(let bytes): return .body(bytes)
    case .end:
      body = nil
      if input.readableBytes == 0 { input = ByteBuffer() }
      return .end
    case nil: return nil
    }
  }

  /// The other end has closed.
  /// - Returns: the end of an answer that has no other
  mutating func inputClosed() -> Part? {
    guard body?.endsWithConnection == true else { return nil }
    body = nil
    return .end
  }

  private mutating func takeHead() throws(MessageError) -> AnswerHead? {
    while let length = try headEnd.find(in: input, limits: Self.limits),
      let bytes = input.readSlice(length: length)
    {
      let head = try AnswerHead(parsing: bytes, limits: Self.limits)
      guard head.status >= 200 || head.status == 101 else { continue }
      body = BodyDecoder(head.framing(isAnswerToHead: isAnswerToHead), limits: Self.limits)
      return head
    }
    return nil
  }
}
