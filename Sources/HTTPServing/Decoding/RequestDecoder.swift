import NIOCore

/// Takes requests off a connection (RFC 9112): bytes in, parts out, without a second look at what has been read. What arrives after
/// a request stays here until somebody asks for it.
struct RequestDecoder {
  enum Part {
    case head(RequestHead)
    case body(ByteBuffer)
    case end
  }

  private let limits: HeadLimits
  private var input = ByteBuffer()
  private var headEnd = HeadEnd()
  /// Of the request whose head has been taken.
  private var body: BodyDecoder?

  init(_ limits: HeadLimits) {
    self.limits = limits
  }

  /// Something has arrived that has not been taken.
  var holdsBytes: Bool { input.readableBytes > 0 }

  mutating func append(_ bytes: ByteBuffer) {
    var bytes = bytes
    if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
  }

  /// Nothing of what has arrived counts.
  mutating func discard() {
    self = RequestDecoder(limits)
  }

  /// The next part, if it is there. After an error nothing that follows can be understood.
  mutating func next() throws(MessageError) -> Part? {
    guard body != nil else { return try takeHead().map(Part.head) }
    switch try body?.next(from: &input) {
    case .bytes(let bytes): return .body(bytes)
    case .end:
      body = nil
      return .end
    case nil: return nil
    }
  }

  private mutating func takeHead() throws(MessageError) -> RequestHead? {
    dropEmptyLines()
    guard let first = input.getInteger(at: input.readerIndex, as: UInt8.self) else { return nil }
    // Who speaks another protocol need not wait to be told.
    guard TokenCharacters.contains(first) || first == 0x0D else { throw .malformed }
    guard let length = try headEnd.find(in: input, limits: limits),
      let bytes = input.readSlice(length: length)
    else {
      return nil
    }
    if input.readableBytes == 0 { input = ByteBuffer() }
    let head = try RequestHead(parsing: bytes, limits: limits)
    body = BodyDecoder(head.framing, limits: limits)
    return head
  }

  /// RFC 9112 §2.2: old clients send one too many after a body.
  private mutating func dropEmptyLines() {
    while input.getInteger(at: input.readerIndex, as: UInt16.self) == 0x0D0A {
      input.moveReaderIndex(forwardBy: 2)
    }
  }
}
