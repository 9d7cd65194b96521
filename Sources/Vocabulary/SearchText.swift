/// A text that somebody looks for inside others; letter case does not matter, and no character means another.
public struct SearchText: StringParsable, Hashable {
  public let text: String

  public init(_ raw: String) throws(InvalidValue) {
    // U+0000 is a character to JSON but cannot be part of a PostgreSQL text.
    guard !raw.unicodeScalars.contains("\0") else {
      throw InvalidValue("must not contain the character U+0000")
    }
    text = raw
  }

  /// A pattern for SQL's LIKE that matches what contains the text; `%`, `_` and `\` in it stand for themselves.
  public var pattern: String {
    var pattern = "%"
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar == "_" || scalar == "\\" { pattern.unicodeScalars.append("\\") }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern + "%"
  }
}
