public import NIOCore
public import NIOHTTP1

/// Writes the head of a message (RFC 9112 §2.1) piece by piece into memory that was reserved in one go: a buffer's own
/// writing checks and grows with each of the some thirty pieces that a head has.
public struct HeadWriter: ~Copyable {
  private let room: UnsafeMutableBufferPointer<UInt8>
  fileprivate private(set) var count = 0

  fileprivate init(_ room: UnsafeMutableBufferPointer<UInt8>) {
    self.room = room
  }

  public mutating func write(_ text: StaticString) {
    text.withUTF8Buffer { copy($0) }
  }

  /// Bytes that are known to be proper.
  public mutating func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { copy($0) }
  }

  /// Line breaks would begin another field, or another message: they become blanks (RFC 9110 §5.5).
  public mutating func writeText(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      let room = reserve(bytes.count)
      for index in bytes.indices {
        let byte = bytes[index]
        room[index] = byte == 0x0D || byte == 0x0A || byte == 0 ? 0x20 : byte
      }
    }
  }

  public mutating func write(_ number: Int) {
    if number >= 10 { write(number / 10) }
    reserve(1)[0] = UInt8(ascii: "0") + UInt8(number % 10)
  }

  /// A field with its line end.
  public mutating func field(_ name: String, _ value: String) {
    writeText(name)
    write(": ")
    writeText(value)
    write("\r\n")
  }

  /// A field as it arrived, which was looked at then.
  public mutating func field(_ field: HeaderFields.Field) {
    copy(field.name)
    write(": ")
    copy(field.value)
    write("\r\n")
  }

  /// - Parameter number: not negative
  public mutating func field(_ name: StaticString, _ number: Int) {
    write(name)
    write(": ")
    write(number)
    write("\r\n")
  }

  private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
    _ = reserve(bytes.count).update(fromContentsOf: bytes)
  }

  private mutating func reserve(_ bytes: Int) -> UnsafeMutableBufferPointer<UInt8> {
    precondition(count + bytes <= room.count, "the head is larger than was said")
    defer { count += bytes }
    return UnsafeMutableBufferPointer(rebasing: room[count..<count + bytes])
  }
}

extension HeadWriter {
  /// The room that fields need, in bytes.
  public static func room(for fields: HTTPHeaders) -> Int {
    var bytes = 0
    for (name, value) in fields { bytes += name.utf8.count + value.utf8.count + 4 }
    return bytes
  }

  /// The room that fields need, in bytes.
  public static func room(for fields: HeaderFields) -> Int {
    var bytes = 0
    for line in fields.lines { bytes += Int(line.nameCount + line.valueCount) + 4 }
    return bytes
  }
}

extension ByteBuffer {
  /// - Parameter room: how many bytes will be written at most
  public mutating func writeHead(room: Int, _ body: (inout HeadWriter) -> Void) {
    writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
      memory.withMemoryRebound(to: UInt8.self) { memory in
        var head = HeadWriter(memory)
        body(&head)
        return head.count
      }
    }
  }
}
