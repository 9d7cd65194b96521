/// Lower-case hexadecimal.
public enum Hex {
  private static let digits: StaticString = "0123456789abcdef"

  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    // Not a generic loop: every request between regions encodes and decodes a few.
    bytes.withContiguousStorageIfAvailable(encode) ?? encode(Array(bytes))
  }

  private static func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let digits = digits.utf8Start
    return String(unsafeUninitializedCapacity: bytes.count * 2) { text in
      for index in bytes.indices {
        text[2 * index] = digits[Int(bytes[index] >> 4)]
        text[2 * index + 1] = digits[Int(bytes[index] & 0x0F)]
      }
      return bytes.count * 2
    }
  }

  /// Writes the sixteen digits of a number.
  package static func encode(_ number: UInt64, into text: Slice<UnsafeMutableBufferPointer<UInt8>>) {
    precondition(text.count == 16)
    let digits = digits.utf8Start
    for index in 0..<16 {
      text.base[text.startIndex + index] = digits[Int(number >> UInt64(60 - 4 * index) & 0x0F)]
    }
  }

  /// Nil for anything but pairs of lower-case digits.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    text.utf8.withContiguousStorageIfAvailable(decode) ?? Array(text.utf8).withUnsafeBufferPointer(decode)
  }

  package static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.count % 2 == 0 else { return nil }
    var isHex = true
    let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 2) { bytes, count in
      for index in 0..<(text.count / 2) {
        let (high, low) = (value(text[2 * index]), value(text[2 * index + 1]))
        // Anything but a digit has bits beyond the lowest four.
        if (high | low) > 0x0F { isHex = false }
        bytes[index] = high << 4 | (low & 0x0F)
      }
      count = text.count / 2
    }
    return isHex ? bytes : nil
  }

  /// Whether all are lower-case digits.
  static func isHex(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.allSatisfy { value($0) <= 0x0F }
  }

  /// 0xFF for anything but a lower-case digit.
  private static func value(_ digit: UInt8) -> UInt8 {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: 0xFF
    }
  }
}
