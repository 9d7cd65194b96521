public import NIOCore

/// The header fields of a message as they arrived: its bytes, and where in them each field lies. Only a value that is
/// asked for becomes a string; what is passed on is copied.
public struct HeaderFields: Sendable {
  /// The place of a field: `name: value`, without blanks around the value.
  @usableFromInline struct Line: Sendable {
    @usableFromInline let name: UInt32
    @usableFromInline let nameCount: UInt32
    @usableFromInline let value: UInt32
    @usableFromInline let valueCount: UInt32

    init(name: UInt32, nameCount: UInt32, value: UInt32, valueCount: UInt32) {
      (self.name, self.nameCount, self.value, self.valueCount) = (name, nameCount, value, valueCount)
    }
  }

  /// The head, or a part of it.
  @usableFromInline let bytes: ByteBuffer
  @usableFromInline let lines: [Line]

  /// - Parameter lines: places within the readable bytes, which have been checked
  init(bytes: ByteBuffer, lines: [Line]) {
    self.bytes = bytes
    self.lines = lines
  }

  public var count: Int { lines.count }

  /// One field, as bytes that are there for the time of a call.
  public struct Field {
    public let name: UnsafeBufferPointer<UInt8>
    public let value: UnsafeBufferPointer<UInt8>

    @inlinable init(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
      self.name = name
      self.value = value
    }

    @inlinable public func `is`(_ wanted: FieldName) -> Bool { wanted.matches(name) }
    @inlinable public func begins(with prefix: FieldName) -> Bool { prefix.begins(name) }

    /// Says whether this field has a name, in any letter case.
    public func isNamed(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
      name.count == other.count
        && name.indices.allSatisfy { FieldName.lowerCase(name[$0]) == FieldName.lowerCase(other[$0]) }
    }
  }

  // MARK: Looking for fields

  /// The value of the first field of that name.
  public func first(_ name: FieldName) -> String? {
    withFirst(name) { String(decoding: $0, as: UTF8.self) }
  }

  /// Calls a function with the bytes of the first value of that name; nil if there is none.
  @inlinable public func withFirst<Result>(
    _ name: FieldName,
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    withBytes { bytes in
      guard let line = lines.firstIndex(where: { Self.field($0, in: bytes).is(name) }) else { return nil }
      return body(Self.field(lines[line], in: bytes).value)
    }
  }

  /// Calls a function with the bytes of the only value of that name; nil if there is none, or several.
  @inlinable public func withOnly<Result>(
    _ name: FieldName,
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    withBytes { bytes in
      guard let line = lines.firstIndex(where: { Self.field($0, in: bytes).is(name) }),
        !lines[(line + 1)...].contains(where: { Self.field($0, in: bytes).is(name) })
      else { return nil }
      return body(Self.field(lines[line], in: bytes).value)
    }
  }

  public func contains(_ name: FieldName) -> Bool { withFirst(name) { _ in true } ?? false }

  /// The values of that name, line by line.
  public func all(_ name: FieldName) -> [String] {
    withBytes { bytes in
      lines.lazy.map { Self.field($0, in: bytes) }.filter { $0.is(name) }
        .map { String(decoding: $0.value, as: UTF8.self) }
    }
  }

  /// The value of the fields of that name, joined as RFC 9110 §5.2 says if there are several.
  public subscript(name: FieldName) -> String? {
    withBytes { bytes in
      var joined: String?
      for line in lines where Int(line.nameCount) == name.count {
        let field = Self.field(line, in: bytes)
        guard field.is(name) else { continue }
        let value = String(decoding: field.value, as: UTF8.self)
        joined = joined.map { $0 + ", " + value } ?? value
      }
      return joined
    }
  }

  // MARK: All fields

  @inlinable public func forEach(_ body: (Field) -> Void) {
    withBytes { bytes in
      for line in lines { body(Self.field(line, in: bytes)) }
    }
  }

  /// The fields for which a condition holds; nothing is copied.
  public func filter(_ isIncluded: (Field) -> Bool) -> HeaderFields {
    withBytes { bytes in
      var kept: [Line] = []
      kept.reserveCapacity(lines.count)
      for line in lines where isIncluded(Self.field(line, in: bytes)) { kept.append(line) }
      return HeaderFields(bytes: self.bytes, lines: kept)
    }
  }

  @inlinable @inline(__always) func withBytes<Result>(_ body: (UnsafePointer<UInt8>?) -> Result) -> Result {
    bytes.withUnsafeReadableBytes { body($0.baseAddress?.assumingMemoryBound(to: UInt8.self)) }
  }

  @inlinable @inline(__always) static func field(_ line: Line, in bytes: UnsafePointer<UInt8>?) -> Field {
    Field(
      name: UnsafeBufferPointer(start: bytes.map { $0 + Int(line.name) }, count: Int(line.nameCount)),
      value: UnsafeBufferPointer(start: bytes.map { $0 + Int(line.value) }, count: Int(line.valueCount))
    )
  }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
  /// Fields that did not arrive. What could not have is an error of the program.
  public init(_ fields: [(name: String, value: String)]) {
    let bytes = ByteBuffer(string: fields.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n")
    guard let parsed = try? HeaderFields(parsing: bytes, from: 0, limits: HeadLimits()) else {
      preconditionFailure("not header fields: \(fields.map(\.name))")
    }
    self = parsed
  }

  public init(dictionaryLiteral fields: (String, String)...) {
    self.init(fields.map { (name: $0.0, value: $0.1) })
  }

  /// Name and value of each, in order.
  public var pairs: [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    forEach {
      pairs.append((String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self)))
    }
    return pairs
  }
}

extension HeaderFields {
  /// Reads the fields of a head, up to and including the empty line (RFC 9112 §5).
  ///
  /// It is strict: what two programs could read in two ways is an error. That is any line end but CR LF, folded
  /// lines, blanks before a colon and control characters.
  ///
  /// - Parameters:
  ///   - head: to the end of the empty line; what is before the fields is looked through for control characters, too
  ///   - position: where the first field begins
  public init(parsing head: ByteBuffer, from position: Int, limits: HeadLimits) throws(MessageError) {
    let parsed = head.withUnsafeReadableBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { bytes in
        Result { () throws(MessageError) in try Self.lines(of: bytes, from: position, limits: limits) }
      }
    }
    self.init(bytes: head, lines: try parsed.get())
  }

  private static func lines(
    of bytes: UnsafeBufferPointer<UInt8>,
    from position: Int,
    limits: HeadLimits
  ) throws(MessageError) -> [Line] {
    guard !HeadLines.hasControl(bytes) else { throw .malformed }
    var rest = HeadLines(bytes, from: position)
    var lines: [Line] = []
    lines.reserveCapacity(16)
    while true {
      let start = rest.position
      let line = try rest.next()
      guard !line.isEmpty else { break }
      guard line.count <= limits.field, lines.count < limits.fieldCount else { throw .headTooLarge }
      lines.append(try Self.line(line, at: start))
    }
    guard rest.position == bytes.count else { throw .malformed }
    return lines
  }

  /// Checks a line that stands by itself, as those of trailers do (RFC 9112 §7.1.2).
  /// - Parameter line: without its end
  static func checkLine(_ line: ByteBuffer) throws(MessageError) {
    let checked = line.withUnsafeReadableBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { bytes in
        Result { () throws(MessageError) in
          guard !HeadLines.hasControl(bytes), !bytes.contains(0x0D) else { throw .malformed }
          _ = try Self.line(bytes, at: 0)
        }
      }
    }
    try checked.get()
  }

  private static func line(_ line: UnsafeBufferPointer<UInt8>, at start: Int) throws(MessageError) -> Line {
    var colon = 0
    while colon < line.count, TokenCharacters.contains(line[colon]) { colon += 1 }
    guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else { throw .malformed }
    var (first, end) = (colon + 1, line.count)
    while first < end, isBlank(line[first]) { first += 1 }
    while first < end, isBlank(line[end - 1]) { end -= 1 }
    return Line(
      name: UInt32(start),
      nameCount: UInt32(colon),
      value: UInt32(start + first),
      valueCount: UInt32(end - first)
    )
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
