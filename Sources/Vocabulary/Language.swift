/// A language tag of the form `^[a-z]{2}(-[A-Z]{2})?$`, whether or not the platform speaks it.
public struct LanguageTag: StringParsable, Hashable {
  public static let rule = StringRule.text("a language code such as en-US")

  public let tag: String

  public init(_ raw: String) throws(InvalidValue) {
    let bytes = Array(raw.utf8)
    let primary = bytes.prefix(2)
    let region = bytes.dropFirst(2)
    guard primary.count == 2, primary.allSatisfy({ $0.isASCIILowercase }),
      region.isEmpty
        || region.count == 3 && region.first == UInt8(ascii: "-")
          && region.dropFirst().allSatisfy({ $0.isASCIIUppercase })
    else { throw InvalidValue("must be a language code such as en-US") }
    tag = raw
  }
}

/// The languages a person can choose; exact case. They are also rows of `supported_languages`.
public enum SupportedLanguage: String, StringParsable, CaseIterable, Hashable {
  case americanEnglish = "en-US"
  case german = "de-DE"
  case tamil = "ta-IN"

  public static let standard = Self.americanEnglish

  public init(_ raw: String) throws(InvalidValue) {
    guard let language = Self(rawValue: raw) else {
      throw InvalidValue(
        "must be one of the supported languages: " + Self.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    self = language
  }

  /// The supported language for a stored tag of any origin: exact, else same primary language, else `en-US`.
  public init(matching tag: String) {
    let wanted = tag.asciiLowercased
    let primary = wanted.prefix(2)
    self =
      Self.allCases.first { $0.rawValue.asciiLowercased == wanted }
      ?? Self.allCases.first { $0.rawValue.hasPrefix(primary) && Self.isTag(wanted) }
      ?? .standard
  }

  private static func isTag(_ lowered: String) -> Bool {
    lowered.utf8.count == 2 || lowered.utf8.count == 5 && lowered.utf8.dropFirst(2).first == UInt8(ascii: "-")
  }
}

/// An ISO 3166-1 alpha-2 country code by its form, `^[A-Z]{2}$`; membership in the list is not checked.
public struct CountryCode: StringParsable, Hashable {
  public let code: String

  public static let rule = StringRule.text("a two-letter country code such as IN (ISO 3166-1)")

  public init(_ raw: String) throws(InvalidValue) {
    guard raw.utf8.count == 2, raw.utf8.allSatisfy({ $0.isASCIIUppercase }) else {
      throw InvalidValue("must be a two-letter country code such as IN")
    }
    code = raw
  }
}
