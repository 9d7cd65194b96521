extension UInt8 {
  package var isASCIILowercase: Bool { self &- 0x61 < 26 }
  package var isASCIIUppercase: Bool { self &- 0x41 < 26 }
  package var isASCIIDigit: Bool { self &- 0x30 < 10 }
  package var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
}

extension StringProtocol {
  /// The string with A–Z as a–z and everything else untouched; no locale, no Unicode case mapping.
  package var asciiLowercased: String {
    String(decoding: utf8.map { $0.isASCIIUppercase ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// The string with a–z as A–Z and everything else untouched.
  package var asciiUppercased: String {
    String(decoding: utf8.map { $0.isASCIILowercase ? $0 & 0xDF : $0 }, as: UTF8.self)
  }
}
