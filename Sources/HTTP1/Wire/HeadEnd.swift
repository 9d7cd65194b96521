import Glibc
import NIOCore

/// Looks for the end of a head in what has arrived so far, and at no byte twice.
struct HeadEnd: Sendable {
  private var searched = 0

  /// How many bytes there are to the end of the empty line; nil if that has not arrived.
  /// - Throws: `malformed` for a line that ends in another way than with CR LF (RFC 9112 §2.2), `headTooLarge`.
  mutating func find(in input: ByteBuffer, limits: HeadLimits) throws(MessageError) -> Int? {
    let found = input.withUnsafeReadableBytes { Self.search($0, from: searched) }
    switch found {
    case .end(let count):
      guard count <= limits.head else { throw .headTooLarge }
      searched = 0
      return count
    case .notYet:
      guard input.readableBytes <= limits.head else { throw .headTooLarge }
      searched = input.readableBytes
      return nil
    case .malformed: throw .malformed
    }
  }

  private enum Found { case end(Int), notYet, malformed }

  private static func search(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Found {
    guard let base = bytes.baseAddress else { return .notYet }
    var start = start
    while start < bytes.count, let found = memchr(base + start, 0x0A, bytes.count - start) {
      let end = UnsafeRawPointer(found) - base
      guard end >= 1, bytes[end - 1] == 0x0D else { return .malformed }
      if end >= 3, bytes[end - 2] == 0x0A { return .end(end + 1) }
      start = end + 1
    }
    return .notYet
  }
}
