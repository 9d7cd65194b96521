public import NIOCore

/// What has arrived on a connection and nobody has taken: messages, one after the other, without a second look at what has been read.
public struct MessageInput: Sendable {
  private let limits: HeadLimits
  private var bytes = ByteBuffer()
  private var headEnd = HeadEnd()
  /// Of the message whose head has been taken.
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
    defer { giveBack() }
    return bytes.readSlice(length: length)
  }

  public mutating func beginBody(_ framing: BodyDecoder.Framing) {
    body = BodyDecoder(framing, limits: limits)
  }

  /// The next part of the body, if it is there; the next head comes after its end.
  public mutating func takeBodyPart() throws(MessageError) -> BodyDecoder.Part? {
    guard let part = try body?.next(from: &bytes) else { return nil }
    if case .end = part {
      body = nil
      giveBack()
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

  /// RFC 9112 §2.2: old clients send an empty line too many after a body.
  mutating func dropEmptyLines() {
    while bytes.getInteger(at: bytes.readerIndex, as: UInt16.self) == 0x0D0A {
      bytes.moveReaderIndex(forwardBy: 2)
    }
  }

  var first: UInt8? { bytes.getInteger(at: bytes.readerIndex) }

  /// The memory is free for the next read as soon as all in it has been taken.
  private mutating func giveBack() {
    if !holdsBytes { bytes = ByteBuffer() }
  }
}
