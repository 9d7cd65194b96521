import Vocabulary

/// Decides whether a request target is passed on. It is if it has origin form, and a path of characters that RFC 3986
/// §3.3 allows with escapes that are UTF-8, so that no program on the way reads it differently. The query may be any
/// visible characters, as it may at home: it is passed on byte for byte, and the signature covers exactly that.
enum HopTarget {
  static func isPassable(_ target: String) -> Bool {
    var target = target
    return target.withUTF8 { bytes in
      let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
      guard bytes.first == UInt8(ascii: "/"), bytes[..<end].allSatisfy(isAllowed),
        bytes[end...].allSatisfy({ $0 &- 0x21 <= 0x7E - 0x21 && $0 != UInt8(ascii: "#") })
      else { return false }
      return !bytes[..<end].contains(UInt8(ascii: "%")) || areEscapesText(bytes[..<end])
    }
  }

  private static func areEscapesText(_ path: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var bytes: [UInt8] = []
    var rest = path
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self).lowercased()
      guard let decoded = Hex.decode(digits), decoded.count == 1 else { return false }
      bytes += decoded
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self) != nil
  }

  /// Accepts ``A-Z a-z 0-9 -._~!$&'()*+,;=:@%/``: bit n of the two words is character n, and 64 + n.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte < 64
      ? (0x2FFF_FFF2_0000_0000 as UInt64 >> byte) & 1 == 1
      : byte < 128 && (0x47FF_FFFE_87FF_FFFF as UInt64 >> (byte - 64)) & 1 == 1
  }
}
