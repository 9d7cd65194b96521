/// What `Connection` says about the connection (RFC 9112 §9.3, appendix C.2.2).
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

/// What the fields of a message's head say about its length and about the connection (RFC 9112 §6, §9).
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
