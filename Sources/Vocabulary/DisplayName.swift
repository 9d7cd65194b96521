/// The name a person is shown under: 1–100 Unicode scalar values of any script, not only white space.
public struct DisplayName: StringParsable, Hashable {
  public let name: String

  public init(_ raw: String) throws(InvalidValue) {
    let scalars = raw.unicodeScalars
    guard (1...100).contains(scalars.count) else { throw InvalidValue("must be 1 to 100 characters long") }
    guard !scalars.allSatisfy(\.properties.isWhitespace) else { throw InvalidValue("must not be blank") }
    // U+0000 is a character to JSON but cannot be stored in a PostgreSQL text.
    guard !scalars.contains("\0") else { throw InvalidValue("must not contain the character U+0000") }
    name = raw
  }
}
