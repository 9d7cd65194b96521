extension UInt8 {
  package var isASCIILowercase: Bool { self &- 0x61 < 26 }
  package var isASCIIUppercase: Bool { self &- 0x41 < 26 }
  package var isASCIIDigit: Bool { self &- 0x30 < 10 }
  package var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
}

extension StringProtocol {
  /// The string with A–Z as a–z and everything else untouched; no locale, no Unicode case mapping.
  package var asciiLowercased: String {
    mappingBytes { $0.isASCIIUppercase ? $0 | 0x20 : $0 }
  }

  /// The string with a–z as A–Z and everything else untouched.
  package var asciiUppercased: String {
    mappingBytes { $0.isASCIILowercase ? $0 & 0xDF : $0 }
  }

  /// Maps each byte; strings up to 15 bytes need no heap allocation.
  private func mappingBytes(_ transform: (UInt8) -> UInt8) -> String {
    String(unsafeUninitializedCapacity: utf8.count) { bytes in
      var count = 0
      for byte in utf8 {
        bytes[count] = transform(byte)
        count += 1
      }
      return count
    }
  }
}

extension StringProtocol {
  /// The text without white space of any script at both ends.
  package var trimmingWhitespace: SubSequence {
    let text = withoutTrailingWhitespace
    let start = text.unicodeScalars.firstIndex { !$0.properties.isWhitespace } ?? text.endIndex
    return self[start..<text.endIndex]
  }

  /// The text without white space of any script, line ends included, at its end.
  package var withoutTrailingWhitespace: SubSequence {
    self[..<unicodeScalars.reversed().drop(while: \.properties.isWhitespace).startIndex.base]
  }
}
