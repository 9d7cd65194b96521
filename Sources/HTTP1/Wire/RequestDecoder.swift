import NIOCore

/// Takes requests off a connection (RFC 9112): bytes in, parts out. What arrives after a request stays here until somebody asks for it.
struct RequestDecoder {
  typealias Part = MessagePart<RequestHead>

  private let limits: HeadLimits
  private var input: MessageInput

  init(_ limits: HeadLimits) {
    self.limits = limits
    input = MessageInput(limits)
  }

  /// Something has arrived that has not been taken.
  var holdsBytes: Bool { input.holdsBytes }

  mutating func append(_ bytes: ByteBuffer) { input.append(bytes) }

  /// Nothing of what has arrived counts.
  mutating func discard() { input = MessageInput(limits) }

  /// The next part, if it is there. After an error nothing that follows can be understood.
  mutating func next() throws(MessageError) -> Part? {
    guard input.isInBody else { return try takeHead().map(Part.head) }
    return try input.takeBodyPart().map(Part.init)
  }

  private mutating func takeHead() throws(MessageError) -> RequestHead? {
    input.dropEmptyLines()
    guard let first = input.first else { return nil }
    // Who speaks another protocol need not wait to be told.
    guard TokenCharacters.contains(first) || first == 0x0D else { throw .malformed }
    guard let bytes = try input.takeHead() else { return nil }
    let head = try RequestHead(parsing: bytes, limits: limits)
    input.beginBody(head.framing)
    return head
  }
}
