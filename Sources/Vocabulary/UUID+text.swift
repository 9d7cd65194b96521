public import FoundationEssentials

extension UUID {
  /// As this API writes it: 36 characters in lower case (RFC 9562 §4). By hand, as Foundation's takes twenty times as long and writes
  /// upper case.
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

  /// Reads 36 characters with letters of either case (RFC 9562 §4), and nothing else: Foundation takes a blank for a digit.
  public init?(text: String) {
    guard let uuid = UUID(uuidString: text), uuid.text == text.asciiLowercased else { return nil }
    self = uuid
  }
}
