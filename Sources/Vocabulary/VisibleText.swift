@_spi(_Unicode) import Swift

/// A line of text that people see, such as a name: in Normalization Form C, with each run of white space as one blank,
/// and with at least one character that can be seen.
///
/// Refused are controls (general category Cc) other than white space, and the characters that embed, override or
/// isolate directions (U+202A to U+202E, U+2066 to U+2069; Unicode Standard Annex #9): they would change the order of
/// the text around the name, as in a mail.
public struct VisibleText: Hashable, Sendable {
  public let text: String

  /// - Parameters:
  ///   - maximum: the longest text in Unicode scalar values, counted when it has got its form
  ///   - isTrimmed: whether blanks at both ends go
  public init(_ raw: String, maximum: Int, isTrimmed: Bool = true) throws(InvalidValue) {
    let wrongLength = InvalidValue("must be 1 to \(maximum) characters long")
    // No text of the permitted length comes near: a character decomposes into four scalars at most, of four bytes each.
    guard raw.utf8.count <= 16 * maximum else { throw wrongLength }
    var folded = Self.folded(raw.composed)
    if isTrimmed {
      if folded.first == " " { folded.removeFirst() }
      if folded.last == " " { folded.removeLast() }
    }
    guard (1...maximum).contains(folded.count) else { throw wrongLength }
    guard !folded.contains(where: Self.isControl) else {
      throw InvalidValue("must not contain control characters")
    }
    guard folded.contains(where: Self.isVisible) else {
      throw InvalidValue("must contain a visible character")
    }
    text = String(folded)
  }

  /// The name that a text for other people shows: the stored one, or another if nobody could see that one. Names may
  /// have been stored before this type was there, or by other programs.
  public static func shown(_ stored: String, else other: String) -> String {
    (try? VisibleText(stored, maximum: 256))?.text ?? other
  }

  private static func folded(_ text: String) -> String.UnicodeScalarView {
    var folded = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard scalar.properties.isWhitespace else {
        folded.append(scalar)
        continue
      }
      if folded.last != " " { folded.append(" ") }
    }
    return folded
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": true
    default: scalar.properties.generalCategory == .control
    }
  }

  /// Characters that Unicode classes as symbols or letters although every font draws them as empty space.
  private static let blanks: Set<Unicode.Scalar> = [
    "\u{2800}",  // Braille pattern blank
    "\u{13441}", "\u{13442}",  // Egyptian hieroglyph full blank, half blank
    "\u{1D159}",  // musical symbol null notehead
  ]

  /// The fillers of Hangul letters are among the characters that displays leave out (Default_Ignorable_Code_Point).
  /// Other format characters (Cf), such as the marks of interlinear annotations (U+FFF9 to U+FFFB), and marks are not
  /// seen by themselves.
  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint && !blanks.contains(scalar)
      && properties.generalCategory != .format && !properties.generalCategory.isMark
      && !properties.isNoncharacterCodePoint
  }
}

extension Unicode.GeneralCategory {
  var isMark: Bool { [.nonspacingMark, .spacingMark, .enclosingMark].contains(self) }
  var isLetter: Bool {
    switch self {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}

extension String {
  /// The text in Normalization Form C (Unicode Standard Annex #15).
  ///
  /// The standard library normalises to compare strings and gives the result to other libraries only through this
  /// interface. Foundation has the same function in a part that brings 30 MB of ICU data with it.
  package var composed: String {
    guard utf8.contains(where: { $0 >= 0x80 }) else { return self }
    var scalars = UnicodeScalarView()
    for scalar in _nfc { scalars.append(scalar) }
    return String(scalars)
  }
}
