/// A DNS domain name, lower-cased: 3–255 characters, at least two labels of 1–63 letters, digits and inner
/// hyphens (RFC 1035 §2.3.1), no trailing dot.
public struct DomainName: StringParsable, Hashable {
  public let name: String

  public init(_ raw: String) throws(InvalidValue) {
    guard (3...255).contains(raw.utf8.count) else {
      throw InvalidValue("must be a domain name of 3 to 255 characters")
    }
    let lowered = raw.asciiLowercased
    let labels = lowered.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy(Self.isLabel) else {
      throw InvalidValue("must be a domain name such as example.com")
    }
    name = lowered
  }

  private static func isLabel(_ label: Substring.UTF8View) -> Bool {
    let hyphen = UInt8(ascii: "-")
    return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
      && label.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == hyphen }
  }
}
