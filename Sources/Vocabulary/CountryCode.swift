/// An ISO 3166-1 alpha-2 country code by its form, `^[A-Z]{2}$`; membership in the list is not checked.
public struct CountryCode: StringParsable, Hashable {
  public let code: String

  public init(_ raw: String) throws(InvalidValue) {
    guard raw.utf8.count == 2, raw.utf8.allSatisfy({ $0.isASCIIUppercase }) else {
      throw InvalidValue("must be a two-letter country code such as IN")
    }
    code = raw
  }
}
