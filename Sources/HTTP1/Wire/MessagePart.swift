public import NIOCore

/// What a decoder takes off a connection, in this order: a head, parts of a body if there is one, the end.
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
