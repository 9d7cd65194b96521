/// The name of a user of an employer, an agency or the platform: 1–128 Unicode scalar values, only letters and
/// combining marks of any script, white space, `'` and `-`, and not only white space. Trimmed.
public struct FullName: StringParsable, Hashable {
  public let name: String

  public static let rule = StringRule.text("1 to 128 letters of any script, spaces, apostrophes and hyphens")

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

/// The name a person is shown under: 1–100 Unicode scalar values of any script, not only white space.
public struct DisplayName: StringParsable, Hashable {
  public let name: String

  public static let rule = StringRule.text("1 to 100 characters of any script, not only white space")

  public init(_ raw: String) throws(InvalidValue) {
    let scalars = raw.unicodeScalars
    guard (1...100).contains(scalars.count) else { throw InvalidValue("must be 1 to 100 characters long") }
    guard !scalars.allSatisfy(\.properties.isWhitespace) else { throw InvalidValue("must not be blank") }
    // U+0000 is a character to JSON but cannot be stored in a PostgreSQL text.
    guard !scalars.contains("\0") else { throw InvalidValue("must not contain the character U+0000") }
    name = raw
  }
}

/// A hub user's public name in addresses: chosen by the server, never changed, unique over all regions.
///
/// `^[a-z0-9-]+$`, 3–50 characters: the local part of the e-mail address as far as it fits, then `-` and eight
/// random hex digits (`test.user@x.com` → `test-user-1a2b3c4d`).
public struct Handle: Hashable, Sendable {
  public let handle: String

  /// - Parameter suffix: four random bytes; injected so that a test can cause a collision.
  public init(for email: EmailAddress, suffix: [UInt8] = SecureRandom.bytes(4)) {
    handle = Self.stem(of: email.localPart) + "-" + Hex.encode(suffix)
  }

  private static func stem(of localPart: Substring) -> String {
    let kept = localPart.utf8
      .map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0 }
      .filter { $0.isASCIILowercase || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
    let words = kept.split(separator: UInt8(ascii: "-"))
    var stem = Array(words.joined(separator: CollectionOfOne(UInt8(ascii: "-")))).prefix(40)
    if stem.last == UInt8(ascii: "-") { stem.removeLast() }
    return stem.isEmpty ? "user" : String(decoding: stem, as: UTF8.self)
  }
}

/// A text to search for inside others. Letter case does not matter, and there are no wildcards.
public struct SearchText: StringParsable, Hashable {
  public let text: String

  public static let rule = StringRule.text("a text to look for; letter case does not matter")

  public init(_ raw: String) throws(InvalidValue) {
    // U+0000 is a character to JSON but cannot be part of a PostgreSQL text.
    guard !raw.unicodeScalars.contains("\0") else {
      throw InvalidValue("must not contain the character U+0000")
    }
    text = raw
  }

  /// A pattern for SQL's LIKE that matches texts which contain this one; `%`, `_` and `\` in it stand for themselves.
  public var pattern: String {
    var pattern = "%"
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar == "_" || scalar == "\\" { pattern.unicodeScalars.append("\\") }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern + "%"
  }
}
