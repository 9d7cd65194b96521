public import FoundationEssentials

/// Lower-case hexadecimal.
public enum Hex {
  private static let digits: StaticString = "0123456789abcdef"

  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    // Not a generic loop: every request between regions encodes and decodes a few.
    bytes.withContiguousStorageIfAvailable(encode) ?? encode(Array(bytes))
  }

  private static func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { text in
      encode(UnsafeRawBufferPointer(bytes), into: text)
      return bytes.count * 2
    }
  }

  /// Writes two digits for each byte.
  /// - Parameter text: a buffer for twice as many characters as there are bytes.
  package static func encode(_ bytes: UnsafeRawBufferPointer, into text: UnsafeMutableBufferPointer<UInt8>) {
    let digits = digits.utf8Start
    for index in bytes.indices {
      text[2 * index] = digits[Int(bytes[index] >> 4)]
      text[2 * index + 1] = digits[Int(bytes[index] & 0x0F)]
    }
  }

  /// Reads pairs of lower-case digits; returns nil for any other text.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    text.utf8.withContiguousStorageIfAvailable(decode) ?? Array(text.utf8).withUnsafeBufferPointer(decode)
  }

  private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.count % 2 == 0 else { return nil }
    var isHex = true
    let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 2) { bytes, count in
      isHex = decode(text, into: UnsafeMutableRawBufferPointer(bytes))
      count = text.count / 2
    }
    return isHex ? bytes : nil
  }

  /// Reads pairs of lower-case digits; returns false for any other text.
  /// - Parameter bytes: a buffer for half as many bytes as there are digits.
  package static func decode(
    _ text: UnsafeBufferPointer<UInt8>,
    into bytes: UnsafeMutableRawBufferPointer
  ) -> Bool {
    // Anything but a digit has bits beyond the lowest four.
    var all: UInt8 = 0
    for index in 0..<(text.count / 2) {
      let (high, low) = (value(text[2 * index]), value(text[2 * index + 1]))
      all |= high | low
      bytes[index] = high << 4 | (low & 0x0F)
    }
    return all <= 0x0F
  }

  /// Returns whether all bytes are lower-case digits.
  static func isHex(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var all: UInt8 = 0
    for digit in text { all |= value(digit) }
    return all <= 0x0F
  }

  /// 0xFF for anything but a lower-case digit. Without branches, so that the compiler can vectorise it.
  @inline(__always) private static func value(_ digit: UInt8) -> UInt8 {
    let number = digit &- UInt8(ascii: "0")
    let letter = digit &- UInt8(ascii: "a")
    let isNumber: UInt8 = number < 10 ? 0xFF : 0
    let isLetter: UInt8 = letter < 6 ? 0xFF : 0
    return (number & isNumber) | ((letter &+ 10) & isLetter) | ~(isNumber | isLetter)
  }
}

extension UUID {
  /// The UUID as this API writes it: 36 characters in lower case (RFC 9562 §4). Foundation's `uuidString` takes twenty
  /// times as long and writes upper case.
  public var text: String {
    String(unsafeUninitializedCapacity: 36) { text in
      withUnsafeBytes(of: uuid) { bytes in
        var position = 0
        for group in [0..<4, 4..<6, 6..<8, 8..<10, 10..<16] {
          if position > 0 {
            text[position] = UInt8(ascii: "-")
            position += 1
          }
          let end = position + 2 * group.count
          Hex.encode(
            UnsafeRawBufferPointer(rebasing: bytes[group]),
            into: .init(rebasing: text[position..<end])
          )
          position = end
        }
        return position
      }
    }
  }

  /// Reads 36 characters with letters of either case (RFC 9562 §4), and nothing else: Foundation also takes a blank for
  /// a digit.
  public init?(text: String) {
    guard let uuid = UUID(uuidString: text), uuid.text == text.asciiLowercased else { return nil }
    self = uuid
  }
}
