public import NIOCore

/// What goes around a piece of a body whose length nobody has announced (RFC 9112 §7.1).
public enum Chunk {
  /// - Parameter bytes: of the piece; none would be the end
  public static func opening(_ bytes: Int) -> ByteBuffer {
    ByteBuffer(string: String(bytes, radix: 16) + "\r\n")
  }

  public static let closing = ByteBuffer(string: "\r\n")
  /// After the last piece.
  public static let last = ByteBuffer(string: "0\r\n\r\n")
}
