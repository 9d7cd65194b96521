/// Text made safe for HTML content and quoted attribute values.
enum HTMLText {
  /// Works on scalars: compared as a whole character, a quotation mark followed by a combining mark would pass unescaped and
  /// end an attribute.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
