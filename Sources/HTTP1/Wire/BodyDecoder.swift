public import NIOCore

/// Finds the end of a body in what follows a head (RFC 9112 §6, §7): bytes in, parts out.
///
///     length(n) | chunk size ⇄ chunk ─▶ trailer | until close ─▶ end
public struct BodyDecoder: Sendable {
  public enum Framing: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
    /// Only the end of the connection ends it.
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
    /// Fields behind the last chunk, which are dropped (RFC 9112 §7.1.2), and how many bytes of them have been.
    case trailer(Int)
    case untilClose
  }

  private var state: State
  private let limits: HeadLimits

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
        let size = try Self.chunkSize(line)
        state = size == 0 ? .trailer(0) : .chunk(size)
      case .chunk(0): state = .chunkEnd
      case .chunk(let left):
        guard let bytes = Self.take(upTo: left, from: &input) else { return nil }
        state = .chunk(left - bytes.readableBytes)
        return .bytes(bytes)
      case .chunkEnd:
        guard let line = try takeLine(from: &input) else { return nil }
        guard line.readableBytes == 0 else { throw .malformed }
        state = .chunkSize
      case .trailer(let dropped):
        guard let line = try takeLine(from: &input) else { return nil }
        let total = dropped + line.readableBytes
        guard total <= limits.head else { throw .headTooLarge }
        state = line.readableBytes == 0 ? .length(0) : .trailer(total)
      }
    }
  }

  /// A line without its end.
  private func takeLine(from input: inout ByteBuffer) throws(MessageError) -> ByteBuffer? {
    let view = input.readableBytesView
    guard let length = view.firstIndex(of: UInt8(ascii: "\n")).map({ $0 - view.startIndex }) else {
      guard input.readableBytes <= limits.field else { throw .malformed }
      return nil
    }
    guard length > 0, length <= limits.field, let line = input.readSlice(length: length - 1),
      input.readInteger(as: UInt16.self) == 0x0D0A
    else { throw .malformed }
    return line
  }

  /// RFC 9112 §7.1. Extensions mean nothing here (§7.1.1).
  private static func chunkSize(_ line: ByteBuffer) throws(MessageError) -> Int {
    let text = line.readableBytesView
    let digits = text.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
    guard (1...15).contains(digits.count) else { throw .malformed }
    var size = 0
    for digit in digits {
      guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { throw .malformed }
      size = size << 4 | value
    }
    let extensions = text[digits.endIndex...].drop { $0 == 0x20 || $0 == 0x09 }
    guard extensions.first.map({ $0 == UInt8(ascii: ";") }) ?? true else { throw .malformed }
    return size
  }

  private static func take(upTo limit: Int, from input: inout ByteBuffer) -> ByteBuffer? {
    guard input.readableBytes > 0 else { return nil }
    let bytes = input.readSlice(length: min(limit, input.readableBytes))
    // Its memory is free for the next read as soon as the part is done with.
    if input.readableBytes == 0 { input = ByteBuffer() }
    return bytes
  }
}
