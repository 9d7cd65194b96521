/// The transfer encoding of the bodies: 7-bit ASCII in lines of at most 76 characters (RFC 2045 §6.7).
enum QuotedPrintable {
  private static let longestLine = 76

  /// Line ends of any kind become CRLF.
  static func encode(_ text: String) -> String {
    var encoded = ""
    var column = 0
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      if isLineEnd(scalar) {
        if scalar == "\r", scalars.first == "\n" { scalars.removeFirst() }
        encoded += "\r\n"
        column = 0
        continue
      }
      // White space at the end of a line would not survive transport.
      let endsLine = scalars.first.map(isLineEnd) ?? true
      let unit = literal(scalar, endsLine: endsLine) ?? escape(scalar)
      if column + unit.utf8.count > longestLine - 1 {  // leaves room for the soft break's "="
        encoded += "=\r\n"
        column = 0
      }
      encoded += unit
      column += unit.utf8.count
    }
    return encoded
  }

  private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

  private static func literal(_ scalar: Unicode.Scalar, endsLine: Bool) -> String? {
    switch scalar {
    case "=": nil
    case " ", "\t": endsLine ? nil : String(scalar)
    case "!"..."~": String(scalar)
    default: nil
    }
  }

  /// All bytes of one character together, so that no soft break parts them.
  private static func escape(_ scalar: Unicode.Scalar) -> String {
    String(scalar).utf8.reduce(into: "") { escaped, byte in
      let digits = String(byte, radix: 16, uppercase: true)
      escaped += byte < 16 ? "=0\(digits)" : "=\(digits)"
    }
  }
}
