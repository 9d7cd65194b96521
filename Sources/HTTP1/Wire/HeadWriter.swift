public import HTTPTypes
public import NIOCore

/// Writes the head of a message (RFC 9112 §2.1) piece by piece into memory that was reserved in one go: a buffer's own
/// writing checks and grows with each of the some thirty pieces that a head has.
public struct HeadWriter: ~Copyable {
  @usableFromInline let room: UnsafeMutableBufferPointer<UInt8>
  @usableFromInline var count = 0

  @usableFromInline init(_ room: UnsafeMutableBufferPointer<UInt8>) {
    self.room = room
  }

  @inlinable public mutating func write(_ text: StaticString) {
    text.withUTF8Buffer { copy($0) }
  }

  /// Bytes that are known to be proper.
  @inlinable public mutating func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { copy($0) }
  }

  /// Line breaks would begin another field, or another message: they become blanks (RFC 9110 §5.5).
  @inlinable public mutating func writeText(_ text: String) {
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
      let room = reserve(bytes.count)
      _ = room.update(fromContentsOf: bytes)
      guard Self.hasControl(bytes) else { return }
      for index in bytes.indices where bytes[index] == 0x0D || bytes[index] == 0x0A || bytes[index] == 0 {
        room[index] = 0x20
      }
    }
    // Strings that came from elsewhere may lie in pieces.
    if isWritten == nil { writeText(String(decoding: Array(text.utf8), as: UTF8.self)) }
  }

  /// Whether any byte is below 0x20: hardly ever, so eight are looked at in one go.
  @inlinable static func hasControl(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = 0
    while index + 8 <= raw.count {
      let eight = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      // Below 0x20 is what borrows from its eighth bit and does not have that bit itself.
      if (eight &- 0x2020_2020_2020_2020) & ~eight & 0x8080_8080_8080_8080 != 0 { return true }
      index += 8
    }
    while index < raw.count {
      if raw[index] < 0x20 { return true }
      index += 1
    }
    return false
  }

  /// Bytes that somebody else writes, and that are known to be proper.
  /// - Parameter fill: must write that many
  @inlinable public mutating func write(_ count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    fill(reserve(count))
  }

  /// - Parameter number: not negative
  @inlinable public mutating func write(_ number: Int) {
    var (digits, rest) = (1, number)
    while rest >= 10 { (digits, rest) = (digits + 1, rest / 10) }
    let room = reserve(digits)
    rest = number
    for index in stride(from: digits - 1, through: 0, by: -1) {
      room[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }

  /// A field with its line end.
  @inlinable public mutating func field(_ name: String, _ value: String) {
    writeText(name)
    write(": ")
    writeText(value)
    write("\r\n")
  }

  /// A field as it arrived, which was looked at then.
  @inlinable public mutating func field(_ field: HeaderFields.Field) {
    copy(field.name)
    write(": ")
    copy(field.value)
    write("\r\n")
  }

  /// - Parameter number: not negative
  @inlinable public mutating func field(_ name: StaticString, _ number: Int) {
    write(name)
    write(": ")
    write(number)
    write("\r\n")
  }

  @inlinable mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
    _ = reserve(bytes.count).update(fromContentsOf: bytes)
  }

  @inlinable mutating func reserve(_ bytes: Int) -> UnsafeMutableBufferPointer<UInt8> {
    precondition(count + bytes <= room.count, "the head is larger than was said")
    defer { count += bytes }
    return UnsafeMutableBufferPointer(rebasing: room[count..<count + bytes])
  }
}

extension HeadWriter {
  /// Writes into memory that is there for the time of a call.
  ///
  /// - Parameters:
  ///   - room: how many bytes will be written at most
  ///   - use: gets what was written
  @inlinable public static func withTemporary<Result>(
    room: Int,
    _ body: (inout HeadWriter) -> Void,
    use: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { memory in
      var head = HeadWriter(memory)
      body(&head)
      return use(UnsafeBufferPointer(rebasing: memory[..<head.count]))
    }
  }

  /// The room that fields need, in bytes.
  @inlinable public static func room(for fields: HTTPFields) -> Int {
    var bytes = 0
    for field in fields { bytes += field.name.rawName.utf8.count + field.value.utf8.count + 4 }
    return bytes
  }

  /// The room that fields need, in bytes.
  @inlinable public static func room(for fields: HeaderFields) -> Int {
    var bytes = 0
    for line in fields.lines { bytes += Int(line.nameCount + line.valueCount) + 4 }
    return bytes
  }
}

extension ByteBuffer {
  /// - Parameter room: how many bytes will be written at most
  @inlinable public mutating func writeHead(room: Int, _ body: (inout HeadWriter) -> Void) {
    writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
      memory.withMemoryRebound(to: UInt8.self) { memory in
        var head = HeadWriter(memory)
        body(&head)
        return head.count
      }
    }
  }
}
