import Glibc
import NIOCore

/// Takes answers off a connection (RFC 9112 §6, §7): bytes in, parts out, without a second look at what has been read.
///
///     head ─▶ length(n) | chunk size ⇄ chunk | until close ─▶ end ─▶ head …
///             └─ nothing, for HEAD, 204 and 304 ──────────────┘
///
/// Interim answers (1xx) are skipped; but 101 is not one of those.
struct AnswerDecoder {
  enum Part: Equatable {
    case head(AnswerHead)
    case body(ByteBuffer)
    case end
  }

  private enum State: Equatable {
    case head
    case length(Int)
    case chunkSize
    case chunk(Int)
    /// The line end behind a chunk.
    case chunkEnd
    /// Fields behind the last chunk, which are dropped (RFC 9112 §7.1.2), and how many bytes of them have been.
    case trailer(Int)
    case untilClose
    case end
  }

  private var state = State.head
  private var input = ByteBuffer()
  /// So much of the input is known to hold no end of a head.
  private var searched = 0
  private var isAnswerToHead = false

  /// Something has arrived that belongs to no answer yet.
  var holdsBytes: Bool { input.readableBytes > 0 }

  /// - Parameter isHead: the request was one, so its answer has no body
  mutating func expect(isHead: Bool) {
    isAnswerToHead = isHead
  }

  mutating func append(_ bytes: ByteBuffer) {
    var bytes = bytes
    if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
  }

  /// The next part, if it is there.
  mutating func next() throws(AnswerError) -> Part? {
    while true {
      switch state {
      case .head:
        guard let head = try takeHead() else { return nil }
        guard head.status >= 200 || head.status == 101 else { continue }
        state = bodyState(of: head)
        return .head(head)
      case .length(0): state = .end
      case .length(let left):
        guard let bytes = take(upTo: left) else { return nil }
        state = .length(left - bytes.readableBytes)
        return .body(bytes)
      case .untilClose: return take(upTo: .max).map(Part.body)
      case .chunkSize:
        guard let line = try takeLine() else { return nil }
        let size = try chunkSize(line)
        state = size == 0 ? .trailer(0) : .chunk(size)
      case .chunk(0): state = .chunkEnd
      case .chunk(let left):
        guard let bytes = take(upTo: left) else { return nil }
        state = .chunk(left - bytes.readableBytes)
        return .body(bytes)
      case .chunkEnd:
        guard let line = try takeLine() else { return nil }
        guard line.readableBytes == 0 else { throw AnswerError() }
        state = .chunkSize
      case .trailer(let dropped):
        guard let line = try takeLine() else { return nil }
        let total = dropped + line.readableBytes
        guard total <= AnswerHead.limit else { throw AnswerError() }
        state = line.readableBytes == 0 ? .end : .trailer(total)
      case .end:
        state = .head
        if input.readableBytes == 0 { input = ByteBuffer() }
        return .end
      }
    }
  }

  /// The other end has closed.
  /// - Returns: the end of an answer that has no other
  mutating func inputClosed() -> Part? {
    guard state == .untilClose else { return nil }
    state = .head
    return .end
  }

  private func bodyState(of head: AnswerHead) -> State {
    if isAnswerToHead || head.status < 200 || head.status == 204 || head.status == 304 { return .end }
    if head.isChunked { return .chunkSize }
    return head.contentLength.map(State.length) ?? .untilClose
  }

  private mutating func takeHead() throws(AnswerError) -> AnswerHead? {
    guard let length = input.withUnsafeReadableBytes({ Self.endOfHead(in: $0, from: searched) }) else {
      guard input.readableBytes <= AnswerHead.limit else { throw AnswerError() }
      searched = input.readableBytes
      return nil
    }
    guard length <= AnswerHead.limit else { throw AnswerError() }
    let parsed = input.withUnsafeReadableBytes { bytes in
      bytes.prefix(length).withMemoryRebound(to: UInt8.self) { bytes in
        Result { () throws(AnswerError) in try AnswerHead(parsing: bytes) }
      }
    }
    input.moveReaderIndex(forwardBy: length)
    searched = 0
    return try parsed.get()
  }

  /// How many bytes there are to the end of the empty line.
  private static func endOfHead(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var start = start
    while start < bytes.count, let found = memchr(base + start, 0x0A, bytes.count - start) {
      let end = UnsafeRawPointer(found) - base
      if end >= 3, bytes[end - 1] == 0x0D, bytes[end - 2] == 0x0A, bytes[end - 3] == 0x0D { return end + 1 }
      start = end + 1
    }
    return nil
  }

  /// A line without its end.
  private mutating func takeLine() throws(AnswerError) -> ByteBuffer? {
    guard
      let length = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")).map({ $0 - input.readerIndex })
    else {
      guard input.readableBytes <= AnswerHead.fieldLimit else { throw AnswerError() }
      return nil
    }
    guard length > 0, length <= AnswerHead.fieldLimit, let line = input.readSlice(length: length - 1),
      input.readInteger(as: UInt16.self) == 0x0D0A
    else { throw AnswerError() }
    return line
  }

  /// RFC 9112 §7.1. Extensions mean nothing here (§7.1.1).
  private func chunkSize(_ line: ByteBuffer) throws(AnswerError) -> Int {
    let digits = line.readableBytesView.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
    guard (1...15).contains(digits.count) else { throw AnswerError() }
    var size = 0
    for digit in digits {
      guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { throw AnswerError() }
      size = size << 4 | value
    }
    return size
  }

  private mutating func take(upTo limit: Int) -> ByteBuffer? {
    guard input.readableBytes > 0 else { return nil }
    let bytes = input.readSlice(length: min(limit, input.readableBytes))
    // Its memory is free for the next read as soon as the part is done with.
    if input.readableBytes == 0 { input = ByteBuffer() }
    return bytes
  }
}
