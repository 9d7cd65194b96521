/// What names and methods consist of (RFC 9110 §5.6.2).
enum TokenCharacters {
  @inline(__always) static func contains(_ byte: UInt8) -> Bool {
    byte < 64 ? (low >> byte) & 1 == 1 : byte < 128 && (high >> (byte - 64)) & 1 == 1
  }

  /// Bit n is character n: `!#$%&'*+-.` and digits.
  private static var low: UInt64 { 0x03FF_6CFA_0000_0000 }
  /// Bit n is character 64 + n: letters and ``^_`|~``.
  private static var high: UInt64 { 0x57FF_FFFF_C7FF_FFFE }
}
