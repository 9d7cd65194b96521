/// The name of somebody who works for an employer, an agency or the platform: 1–128 Unicode scalar values, only letters and
/// combining marks of any script, white space, `'` and `-`, and not only white space. Trimmed.
public struct FullName: StringParsable, Hashable {
  public let name: String

  public init(_ raw: String) throws(InvalidValue) {
    let scalars = raw.unicodeScalars
    guard (1...128).contains(scalars.count) else { throw InvalidValue("must be 1 to 128 characters long") }
    guard scalars.allSatisfy(Self.isAllowed) else {
      throw InvalidValue("must consist of letters, spaces, apostrophes and hyphens")
    }
    let trimmed = raw.trimmingWhitespace
    guard !trimmed.isEmpty else { throw InvalidValue("must not be blank") }
    name = String(trimmed)
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "'" || scalar == "-" || scalar.properties.isWhitespace { return true }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .enclosingMark:
      return true
    default: return false
    }
  }
}
