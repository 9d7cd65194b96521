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
