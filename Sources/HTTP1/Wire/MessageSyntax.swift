import Glibc
public import NIOCore

/// The reason why what arrived is no message that may be processed or passed on.
public enum MessageError: Error, Equatable {
  /// The bytes are no HTTP, or something that two programs could read in two ways.
  case malformed
  /// The head, or the trailer of a chunked body, is over a limit.
  case headTooLarge
  /// A CONNECT: this is no proxy (RFC 9110 §9.3.6).
  case connectRefused
}

/// The size limits of a head.
public struct HeadLimits: Sendable {
  /// The length of a line, in bytes.
  public var field = 16 << 10
  /// The length of the whole head, in bytes.
  public var head = 64 << 10
  public var fieldCount = 128

  public init() {}
}

/// The options of `Connection` that concern the connection (RFC 9112 §9.3, appendix C.2.2).
public struct ConnectionOptions: Sendable {
  public private(set) var isClose = false
  public private(set) var isKeepAlive = false

  public init() {}

  /// - Parameter value: of one `Connection` field
  public mutating func note(_ value: UnsafeBufferPointer<UInt8>) {
    for option in value.split(separator: UInt8(ascii: ",")) {
      let name = String(decoding: option.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self)
      if name.isFieldName("close") { isClose = true }
      if name.isFieldName("keep-alive") { isKeepAlive = true }
    }
  }
}

/// The length of a message and the options of its connection, as the fields of its head say (RFC 9112 §6, §9).
public struct MessageFraming: Sendable {
  public private(set) var contentLength: Int?
  public private(set) var isChunked = false
  public private(set) var options = ConnectionOptions()

  /// - Throws: `malformed` for two lengths, a length beside `Transfer-Encoding`, codings other than `chunked`.
  public init(_ fields: HeaderFields) throws(MessageError) {
    var isProper = true
    fields.forEach { field in
      switch field.name.count {
      case 10 where field.is("connection"): options.note(field.value)
      case 14 where field.is("content-length"):
        isProper = isProper && contentLength == nil
        contentLength = Self.number(field.value)
        isProper = isProper && contentLength != nil
      case 17 where field.is("transfer-encoding"):
        isProper = isProper && !isChunked && FieldName("chunked").matches(field.value)
        isChunked = true
      default: break
      }
    }
    guard isProper, !isChunked || contentLength == nil else { throw .malformed }
  }

  /// Digits only; nil if there are none or too many.
  public static func number(_ digits: UnsafeBufferPointer<UInt8>) -> Int? {
    guard (1...18).contains(digits.count) else { return nil }
    var number = 0
    for digit in digits {
      guard digit &- 0x30 < 10 else { return nil }
      number = number * 10 + Int(digit - 0x30)
    }
    return number
  }
}

/// Looks for the end of a head in what has arrived so far, and at no byte twice.
struct HeadEnd: Sendable {
  private var searched = 0

  /// The number of bytes to the end of the empty line; nil if that has not arrived.
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

/// The lines of a head, one after the other, without their ends. The head ends with an empty line, which has been
/// found.
public struct HeadLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  /// The place where the next line begins.
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

  /// Says whether a head holds a control character, other than tabulators and what ends lines. Looks at every byte
  /// whatever it finds: that takes many at a time.
  static func hasControl(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
    var found: UInt8 = 0
    for byte in head {
      let isAllowed: UInt8 = (byte == 0x09 ? 1 : 0) | (byte == 0x0A ? 1 : 0) | (byte == 0x0D ? 1 : 0)
      found |= (byte < 0x20 ? 1 : 0) & ~isAllowed | (byte == 0x7F ? 1 : 0)
    }
    return found & 1 != 0
  }
}

/// The characters of names and methods (RFC 9110 §5.6.2).
enum TokenCharacters {
  @inline(__always) static func contains(_ byte: UInt8) -> Bool {
    byte < 64 ? (low >> byte) & 1 == 1 : byte < 128 && (high >> (byte - 64)) & 1 == 1
  }

  /// Bit n is character n: `!#$%&'*+-.` and digits.
  private static var low: UInt64 { 0x03FF_6CFA_0000_0000 }
  /// Bit n is character 64 + n: letters and ``^_`|~``.
  private static var high: UInt64 { 0x57FF_FFFF_C7FF_FFFE }
}

extension UnsafeBufferPointer<UInt8> {
  /// Says whether the first bytes are those of a text. By index: the standard library's comparison of sequences costs
  /// ten times as much.
  @inlinable public func begins(_ text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    let wanted = text.utf8Start
    for index in 0..<text.utf8CodeUnitCount where self[index] != wanted[index] { return false }
    return true
  }
}

/// The bytes that have arrived on a connection and were not taken yet: messages, one after the other. No byte is
/// looked at twice.
public struct MessageInput: Sendable {
  private let limits: HeadLimits
  private var bytes = ByteBuffer()
  private var headEnd = HeadEnd()
  /// The number of empty lines before the head that is awaited.
  private var emptyLines = 0
  /// Decodes the body of the message whose head has been taken; nil between messages.
  private var body: BodyDecoder?

  public init(_ limits: HeadLimits) {
    self.limits = limits
  }

  public var holdsBytes: Bool { bytes.readableBytes > 0 }
  /// The number of bytes that have arrived and have not been taken.
  var heldBytes: Int { bytes.readableBytes }
  /// The head of a message has been taken, its end has not.
  public var isInBody: Bool { body != nil }

  public mutating func append(_ arrived: ByteBuffer) {
    var arrived = arrived
    if bytes.readableBytes == 0 { bytes = arrived } else { bytes.writeBuffer(&arrived) }
  }

  /// The next head, to the end of its empty line, if all of it is there. `beginBody` must follow.
  public mutating func takeHead() throws(MessageError) -> ByteBuffer? {
    guard holdsBytes, let length = try headEnd.find(in: bytes, limits: limits) else { return nil }
    defer { releaseEmptyBuffer() }
    return bytes.readSlice(length: length)
  }

  public mutating func beginBody(_ framing: BodyDecoder.Framing) {
    body = BodyDecoder(framing, limits: limits)
    emptyLines = 0
  }

  /// The next part of the body, if it is there; the next head comes after its end.
  public mutating func takeBodyPart() throws(MessageError) -> BodyDecoder.Part? {
    guard let part = try body?.next(from: &bytes) else { return nil }
    if case .end = part {
      body = nil
      releaseEmptyBuffer()
    }
    return part
  }

  /// The connection has ended.
  /// - Returns: whether that was the end of a body that has no other
  public mutating func endWithConnection() -> Bool {
    guard body?.endsWithConnection == true else { return false }
    body = nil
    return true
  }

  /// Drops empty lines before a request, of which old clients send one after a body (RFC 9112 §2.2). Their number is
  /// limited: a client that sends nothing else never sends a request.
  mutating func dropEmptyLines() throws(MessageError) {
    while bytes.getInteger(at: bytes.readerIndex, as: UInt16.self) == 0x0D0A {
      bytes.moveReaderIndex(forwardBy: 2)
      emptyLines += 1
      guard emptyLines <= Self.emptyLineLimit else { throw .malformed }
    }
  }

  private static let emptyLineLimit = 8

  var first: UInt8? { bytes.getInteger(at: bytes.readerIndex) }

  /// Lets go of the memory as soon as all in it has been taken, so that an idle connection holds none.
  private mutating func releaseEmptyBuffer() {
    if !holdsBytes { bytes = ByteBuffer() }
  }
}

/// The parts of a message that a decoder takes off a connection, in this order: a head, parts of a body if there is
/// one, the end.
public enum MessagePart<Head> {
  case head(Head)
  case body(ByteBuffer)
  case end

  @inlinable public init(_ part: BodyDecoder.Part) {
    switch part {
    case .bytes(let bytes): self = .body(bytes)
    case .end: self = .end
    }
  }
}
