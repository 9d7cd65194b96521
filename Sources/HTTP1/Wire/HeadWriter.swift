public import HTTPTypes
public import NIOCore

/// Writes the head of a message (RFC 9112 §2.1) piece by piece into memory that was reserved in one go: a buffer's own
/// methods check and grow it with each of the some thirty pieces that a head has.
public struct HeadWriter: ~Copyable {
  @usableFromInline let memory: UnsafeMutableBufferPointer<UInt8>
  @usableFromInline var count = 0

  @usableFromInline init(_ memory: UnsafeMutableBufferPointer<UInt8>) {
    self.memory = memory
  }

  @inlinable public mutating func write(_ text: StaticString) {
    text.withUTF8Buffer { copy($0) }
  }

  /// Writes bytes that are known to be proper.
  @inlinable public mutating func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { copy($0) }
  }

  /// Writes a text. Line breaks would begin another field, or another message: they become blanks (RFC 9110 §5.5).
  @inlinable public mutating func writeText(_ text: String) {
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
      let reserved = reserve(bytes.count)
      _ = reserved.update(fromContentsOf: bytes)
      guard Self.hasControl(bytes) else { return }
      for index in bytes.indices where bytes[index] == 0x0D || bytes[index] == 0x0A || bytes[index] == 0 {
        reserved[index] = 0x20
      }
    }
    // Strings that came from elsewhere may lie in pieces.
    if isWritten == nil { writeText(String(decoding: Array(text.utf8), as: UTF8.self)) }
  }

  /// Says whether any byte is below 0x20: hardly ever, so eight are looked at in one go.
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

  /// Reserves memory for bytes that a function writes, and that are known to be proper.
  /// - Parameter fill: must write that many
  @inlinable public mutating func write(_ count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    fill(reserve(count))
  }

  /// Writes a number in decimal.
  /// - Parameter number: not negative
  @inlinable public mutating func write(_ number: Int) {
    var (digits, rest) = (1, number)
    while rest >= 10 { (digits, rest) = (digits + 1, rest / 10) }
    let reserved = reserve(digits)
    rest = number
    for index in stride(from: digits - 1, through: 0, by: -1) {
      reserved[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }

  /// Writes a field with its line end.
  @inlinable public mutating func field(_ name: String, _ value: String) {
    writeText(name)
    write(": ")
    writeText(value)
    write("\r\n")
  }

  /// Writes a field as it arrived, since it was checked then.
  @inlinable public mutating func field(_ field: HeaderFields.Field) {
    copy(field.name)
    write(": ")
    copy(field.value)
    write("\r\n")
  }

  /// Writes a field whose value is a number.
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
    precondition(count + bytes <= memory.count, "the head is larger than was said")
    defer { count += bytes }
    return UnsafeMutableBufferPointer(rebasing: memory[count..<count + bytes])
  }
}

extension HeadWriter {
  /// Writes into memory that is there for the time of a call.
  ///
  /// - Parameters:
  ///   - capacity: the number of bytes that are written at most
  ///   - use: gets what was written
  @inlinable public static func withTemporary<Result>(
    capacity: Int,
    _ body: (inout HeadWriter) -> Void,
    use: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { memory in
      var head = HeadWriter(memory)
      body(&head)
      return use(UnsafeBufferPointer(rebasing: memory[..<head.count]))
    }
  }

  /// The number of bytes that fields take.
  @inlinable public static func capacity(for fields: HTTPFields) -> Int {
    var bytes = 0
    for field in fields { bytes += field.name.rawName.utf8.count + field.value.utf8.count + 4 }
    return bytes
  }

  /// The number of bytes that fields take.
  @inlinable public static func capacity(for fields: HeaderFields) -> Int {
    var bytes = 0
    for line in fields.lines { bytes += Int(line.nameCount + line.valueCount) + 4 }
    return bytes
  }
}

extension ByteBuffer {
  /// Writes a head behind the bytes that are in the buffer.
  /// - Parameter capacity: the number of bytes that are written at most
  @inlinable public mutating func writeHead(capacity: Int, _ body: (inout HeadWriter) -> Void) {
    writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { memory in
      memory.withMemoryRebound(to: UInt8.self) { memory in
        var head = HeadWriter(memory)
        body(&head)
        return head.count
      }
    }
  }
}
