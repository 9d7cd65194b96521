/// The name of a user of an employer, an agency or the platform: visible text of 1 to 128 Unicode scalar values, only
/// letters and combining marks of any script, blanks, `'` and `-`. Trimmed.
public struct FullName: StringParsable, Hashable {
  public let name: String

  public static let rule = StringRule.text("1 to 128 letters of any script, spaces, apostrophes and hyphens")

  public init(_ raw: String) throws(InvalidValue) {
    name = try VisibleText(raw, maximum: 128).text
    guard name.unicodeScalars.allSatisfy(Self.isAllowed) else {
      throw InvalidValue("must consist of letters, spaces, apostrophes and hyphens")
    }
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "'" || scalar == "-" || scalar == " " { return true }
    let category = scalar.properties.generalCategory
    return category.isLetter || category.isMark
  }
}

/// The name a person is shown under: visible text of 1 to 100 Unicode scalar values of any script, not trimmed.
public struct DisplayName: StringParsable, Hashable {
  public let name: String

  public static let rule = StringRule.text("1 to 100 characters of any script, at least one of them visible")

  public init(_ raw: String) throws(InvalidValue) {
    name = try VisibleText(raw, maximum: 100, isTrimmed: false).text
  }
}

/// Why somebody does something: visible text of 1 to 256 Unicode scalar values, trimmed.
public struct Reason: StringParsable {
  public let text: String

  public static let rule = StringRule.text("1 to 256 characters, at least one of them visible")

  public init(_ raw: String) throws(InvalidValue) { text = try VisibleText(raw, maximum: 256).text }
}

/// A hub user's public name in addresses: chosen by the server, never changed, unique over all regions.
///
/// Three groups of four letters and digits (`4c7m-q2xd-9rtw`), 60 random bits, which say nothing about the person: the
/// global database has handles of people everywhere. Letters that are easily misread (i, l, o, u) are not among them
/// (Crockford's base 32). What was chosen earlier may be any of `^[a-z0-9-]{3,50}$`.
public struct Handle: Hashable, Sendable {
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
  private static let groups = 3
  private static let groupLength = 4
  public static let length = groups * groupLength

  public let handle: String

  /// - Parameter bytes: as many random ones as there are letters and digits; injected so that a test can cause a
  ///   collision.
  public init(_ bytes: [UInt8] = SecureRandom.bytes(length)) {
    let characters = bytes.map { Self.alphabet[Int($0) % Self.alphabet.count] }
    handle = stride(from: 0, to: characters.count, by: Self.groupLength)
      .map { String(decoding: characters[$0...].prefix(Self.groupLength), as: UTF8.self) }
      .joined(separator: "-")
  }
}

/// A text to search for inside others: at most 256 Unicode scalar values, in Normalization Form C like the names that
/// are stored. Letter case does not matter, and there are no wildcards.
public struct SearchText: StringParsable, Hashable {
  private static let maximum = 256

  public let text: String

  public static let rule = StringRule.text("at most 256 characters to look for; letter case does not matter")

  public init(_ raw: String) throws(InvalidValue) {
    let tooLong = InvalidValue("must be at most \(Self.maximum) characters long")
    // See VisibleText: a longer one has too many characters in any form.
    guard raw.utf8.count <= 16 * Self.maximum else { throw tooLong }
    text = raw.composed
    guard text.unicodeScalars.count <= Self.maximum else { throw tooLong }
    // U+0000 is a character to JSON but cannot be part of a PostgreSQL text.
    guard !text.unicodeScalars.contains("\0") else {
      throw InvalidValue("must not contain the character U+0000")
    }
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
