import FoundationEssentials

/// Free text in a header field: as it is when that is safe, else as RFC 2047 encoded words.
enum HeaderText {
  /// The bytes of text in one encoded word. They make 64 characters, at most 75 being allowed, so that the first
  /// word and the field's name fit into the 76 of a line (RFC 2047 §2).
  private static let bytesPerWord = 39
  private static let longestPlain = 66

  /// An unstructured field's value, folded. Control characters, line ends above all, become blanks: text can
  /// never begin another field.
  static func unstructured(_ text: String) -> String {
    let text = withoutControls(text)
    return isPlain(text) && text.utf8.count <= longestPlain ? text : encodedWords(text)
  }

  /// A display name before an address (RFC 5322 §3.4): atoms, a quoted string or encoded words.
  static func phrase(_ text: String) -> String {
    let text = withoutControls(text)
    guard isPlain(text), text.utf8.count <= longestPlain else { return encodedWords(text) }
    if text.unicodeScalars.allSatisfy({ isAtomText($0) || $0 == " " }) { return text }
    let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(quoted)\""
  }

  private static func withoutControls(_ text: String) -> String {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      clean.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return String(clean)
  }

  private static func isPlain(_ text: String) -> Bool {
    // "=?" would be read as the beginning of an encoded word; blanks at the ends would be lost.
    text.unicodeScalars.allSatisfy { (" "..."~").contains($0) } && !text.contains("=?")
      && text.first != " " && text.last != " "
  }

  private static func isAtomText(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "!", "#", "$", "%", "&", "'", "*", "+", "-", "/", "=", "?", "^", "_", "`", "{", "|", "}", "~": true
    default: false
    }
  }

  private static func encodedWords(_ text: String) -> String {
    var words: [String] = []
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {  // a word holds whole characters (RFC 2047 §5)
      let next = Array(String(scalar).utf8)
      if bytes.count + next.count > bytesPerWord {
        words.append(encodedWord(bytes))
        bytes = []
      }
      bytes += next
    }
    words.append(encodedWord(bytes))
    return words.joined(separator: "\r\n ")
  }

  private static func encodedWord(_ bytes: [UInt8]) -> String {
    "=?UTF-8?B?\(Data(bytes).base64EncodedString())?="
  }
}

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
      if column + unit.utf8.count > longestLine - 1 {  // leaves one column for the soft break's "="
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
