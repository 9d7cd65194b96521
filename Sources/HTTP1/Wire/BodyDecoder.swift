public import NIOCore

/// Finds the end of a body in what follows a head (RFC 9112 §6, §7): bytes in, parts out.
///
///     length(n) | chunk size ⇄ chunk ─▶ trailer | until close ─▶ end
public struct BodyDecoder: Sendable {
  public enum Framing: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
    /// The body ends with the connection.
    case untilClose
  }

  public enum Part: Sendable {
    case bytes(ByteBuffer)
    case end
  }

  private enum State: Equatable {
    case length(Int)
    case chunkSize
    case chunk(Int)
    /// The line end behind a chunk.
    case chunkEnd
    /// Fields behind the last chunk, which are checked and dropped (RFC 9112 §7.1.2).
    case trailer(bytes: Int, fields: Int)
    case untilClose
  }

  /// The limit of what is around the bytes of a chunked body (sizes, extensions, line ends): this many times their
  /// length, and `overheadBase` more. A chunk of one byte needs five; extensions, which have no meaning here, must
  /// not cost more than the body.
  static let overheadFactor = 16
  /// The overhead that every chunked body may have, in bytes.
  static let overheadBase = 8 << 10

  private var state: State
  private let limits: HeadLimits
  /// The number of bytes that may still come around those of the body.
  private var overheadLeft = overheadBase

  init(_ framing: Framing, limits: HeadLimits) {
    self.limits = limits
    state =
      switch framing {
      case .none: .length(0)
      case .length(let length): .length(length)
      case .chunked: .chunkSize
      case .untilClose: .untilClose
      }
  }

  /// The end of the connection is the end of the body, too.
  var endsWithConnection: Bool { state == .untilClose }

  /// The next part, if it is there; not to be called after the end.
  mutating func next(from input: inout ByteBuffer) throws(MessageError) -> Part? {
    while true {
      switch state {
      case .length(0): return .end
      case .length(let left):
        guard let bytes = Self.take(upTo: left, from: &input) else { return nil }
        state = .length(left - bytes.readableBytes)
        return .bytes(bytes)
      case .untilClose: return Self.take(upTo: .max, from: &input).map(Part.bytes)
      case .chunkSize:
        guard let line = try takeLine(from: &input) else { return nil }
        try spend(line.readableBytes + 2)
        let size = try ChunkLine.size(line)
        state = size == 0 ? .trailer(bytes: 0, fields: 0) : .chunk(size)
      case .chunk(0): state = .chunkEnd
      case .chunk(let left):
        guard let bytes = Self.take(upTo: left, from: &input) else { return nil }
        state = .chunk(left - bytes.readableBytes)
        overheadLeft += Self.overheadFactor * bytes.readableBytes
        return .bytes(bytes)
      case .chunkEnd:
        guard let line = try takeLine(from: &input) else { return nil }
        guard line.readableBytes == 0 else { throw .malformed }
        try spend(2)
        state = .chunkSize
      case .trailer(let bytes, let fields):
        guard let line = try takeLine(from: &input) else { return nil }
        guard line.readableBytes > 0 else {
          state = .length(0)
          continue
        }
        state = .trailer(bytes: bytes + line.readableBytes, fields: fields + 1)
        guard bytes + line.readableBytes <= limits.head, fields < limits.fieldCount else {
          throw .headTooLarge
        }
        try HeaderFields.checkLine(line)
      }
    }
  }

  private mutating func spend(_ bytes: Int) throws(MessageError) {
    overheadLeft -= bytes
    guard overheadLeft >= 0 else { throw .malformed }
  }

  /// A line without its end.
  private func takeLine(from input: inout ByteBuffer) throws(MessageError) -> ByteBuffer? {
    let view = input.readableBytesView
    guard let length = view.firstIndex(of: UInt8(ascii: "\n")).map({ $0 - view.startIndex }) else {
      guard input.readableBytes <= limits.field + 1 else { throw .malformed }
      return nil
    }
    guard length > 0, length - 1 <= limits.field, let line = input.readSlice(length: length - 1),
      input.readInteger(as: UInt16.self) == 0x0D0A
    else { throw .malformed }
    return line
  }

  private static func take(upTo limit: Int, from input: inout ByteBuffer) -> ByteBuffer? {
    guard input.readableBytes > 0 else { return nil }
    let bytes = input.readSlice(length: min(limit, input.readableBytes))
    // Its memory is free for the next read as soon as the part is done with.
    if input.readableBytes == 0 { input = ByteBuffer() }
    return bytes
  }
}

/// The line before a chunk (RFC 9112 §7.1): its size, and extensions, which are checked and mean nothing here (§7.1.1).
private enum ChunkLine {
  static func size(_ line: ByteBuffer) throws(MessageError) -> Int {
    let text = line.readableBytesView
    let digits = text.prefix { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }
    // No more than an `Int` holds.
    guard (1...15).contains(digits.count) else { throw .malformed }
    var rest = text[digits.endIndex...]
    while skipBlanks(&rest, before: UInt8(ascii: ";")) {
      guard takeToken(&rest) else { throw .malformed }
      guard skipBlanks(&rest, before: UInt8(ascii: "=")) else { continue }
      let isTaken = rest.first == UInt8(ascii: "\"") ? takeQuoted(&rest) : takeToken(&rest)
      guard isTaken else { throw .malformed }
    }
    guard rest.isEmpty else { throw .malformed }
    return digits.reduce(0) { $0 << 4 | Int($1 < 0x3A ? $1 - 0x30 : ($1 | 0x20) - 0x57) }
  }

  /// Takes a sign and the blanks around it, if it comes next.
  private static func skipBlanks(_ rest: inout ByteBufferView, before sign: UInt8) -> Bool {
    let start = rest.drop { $0 == 0x20 || $0 == 0x09 }
    guard start.first == sign else { return false }
    rest = start.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
    return true
  }

  private static func takeToken(_ rest: inout ByteBufferView) -> Bool {
    let token = rest.prefix(while: TokenCharacters.contains)
    rest = rest[token.endIndex...]
    return !token.isEmpty
  }

  /// Takes a quoted string (RFC 9110 §5.6.4).
  private static func takeQuoted(_ rest: inout ByteBufferView) -> Bool {
    rest = rest.dropFirst()
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return true }
      let character = byte == UInt8(ascii: "\\") ? rest.popFirst() : byte
      guard let character, character >= 0x20 || character == 0x09, character != 0x7F else { return false }
    }
    return false
  }
}

/// The bytes around a piece of a body whose length was not announced (RFC 9112 §7.1).
public enum Chunk {
  /// The line before a piece.
  /// - Parameter bytes: the size of the piece; zero would be the end
  public static func opening(_ bytes: Int) -> ByteBuffer {
    ByteBuffer(string: String(bytes, radix: 16) + "\r\n")
  }

  public static let closing = ByteBuffer(string: "\r\n")
  /// The bytes after the last piece.
  public static let last = ByteBuffer(string: "0\r\n\r\n")
}
