import Glibc

/// The lines of a head, one after the other, without their ends. The head ends with an empty line, which has been found.
public struct HeadLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  /// Where the next line begins.
  public private(set) var position: Int

  public init(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// - Throws: `malformed` for any line end but CR LF.
  public mutating func next() throws(MessageError) -> UnsafeBufferPointer<UInt8> {
    guard let base = bytes.baseAddress, position < bytes.count,
      let end = memchr(base + position, 0x0D, bytes.count - position)
    else { throw .malformed }
    let count = UnsafePointer(end.assumingMemoryBound(to: UInt8.self)) - (base + position)
    guard position + count + 1 < bytes.count, bytes[position + count + 1] == 0x0A else { throw .malformed }
    let line = UnsafeBufferPointer(start: base + position, count: count)
    position += count + 2
    return line
  }

  /// Whether a head holds a control character, other than tabulators and what ends lines. Looks at every byte whatever it finds:
  /// that takes many at a time.
  static func hasControl(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
    var found: UInt8 = 0
    for byte in head {
      let isAllowed: UInt8 = (byte == 0x09 ? 1 : 0) | (byte == 0x0A ? 1 : 0) | (byte == 0x0D ? 1 : 0)
      found |= (byte < 0x20 ? 1 : 0) & ~isAllowed | (byte == 0x7F ? 1 : 0)
    }
    return found & 1 != 0
  }
}
