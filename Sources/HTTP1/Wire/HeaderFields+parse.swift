public import NIOCore

extension HeaderFields {
  /// Reads the fields of a head, up to and including the empty line (RFC 9112 §5).
  ///
  /// It is strict: what two programs could read in two ways is an error. That is any line end but CR LF, folded lines, blanks
  /// before a colon and control characters.
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
