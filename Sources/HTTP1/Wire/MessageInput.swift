public import NIOCore

/// The bytes that have arrived on a connection and were not taken yet: messages, one after the other. No byte is
/// looked at twice.
public struct MessageInput: Sendable {
  private let limits: HeadLimits
  private var bytes = ByteBuffer()
  private var headEnd = HeadEnd()
  /// The number of empty lines before the head that is awaited.
  private var emptyLines = 0
  /// Decodes the body of the message whose head has been taken; nil between messages.
  private var body: BodyDecoder?

  public init(_ limits: HeadLimits) {
    self.limits = limits
  }

  public var holdsBytes: Bool { bytes.readableBytes > 0 }
  /// The head of a message has been taken, its end has not.
  public var isInBody: Bool { body != nil }

  public mutating func append(_ arrived: ByteBuffer) {
    var arrived = arrived
    if bytes.readableBytes == 0 { bytes = arrived } else { bytes.writeBuffer(&arrived) }
  }

  /// The next head, to the end of its empty line, if all of it is there. `beginBody` must follow.
  public mutating func takeHead() throws(MessageError) -> ByteBuffer? {
    guard holdsBytes, let length = try headEnd.find(in: bytes, limits: limits) else { return nil }
    defer { releaseEmptyBuffer() }
    return bytes.readSlice(length: length)
  }

  public mutating func beginBody(_ framing: BodyDecoder.Framing) {
    body = BodyDecoder(framing, limits: limits)
    emptyLines = 0
  }

  /// The next part of the body, if it is there; the next head comes after its end.
  public mutating func takeBodyPart() throws(MessageError) -> BodyDecoder.Part? {
    guard let part = try body?.next(from: &bytes) else { return nil }
    if case .end = part {
      body = nil
      releaseEmptyBuffer()
    }
    return part
  }

  /// The connection has ended.
  /// - Returns: whether that was the end of a body that has no other
  public mutating func endWithConnection() -> Bool {
    guard body?.endsWithConnection == true else { return false }
    body = nil
    return true
  }

  /// Drops empty lines before a request, of which old clients send one after a body (RFC 9112 §2.2). Their number is
  /// limited: a client that sends nothing else never sends a request.
  mutating func dropEmptyLines() throws(MessageError) {
    while bytes.getInteger(at: bytes.readerIndex, as: UInt16.self) == 0x0D0A {
      bytes.moveReaderIndex(forwardBy: 2)
      emptyLines += 1
      guard emptyLines <= Self.emptyLineLimit else { throw .malformed }
    }
  }

  private static let emptyLineLimit = 8

  var first: UInt8? { bytes.getInteger(at: bytes.readerIndex) }

  /// Lets go of the memory as soon as all in it has been taken, so that an idle connection holds none.
  private mutating func releaseEmptyBuffer() {
    if !holdsBytes { bytes = ByteBuffer() }
  }
}

/// The parts of a message that a decoder takes off a connection, in this order: a head, parts of a body if there is
/// one, the end.
public enum MessagePart<Head> {
  case head(Head)
  case body(ByteBuffer)
  case end

  @inlinable public init(_ part: BodyDecoder.Part) {
    switch part {
    case .bytes(let bytes): self = .body(bytes)
    case .end: self = .end
    }
  }
}
