public import FoundationEssentials

/// An e-mail address, lower-cased: 3–256 characters, `^[A-Za-z0-9._%-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$`.
///
/// Addresses are compared without regard to case, so the lower-case form is the only one that exists inside.
/// A plus sign in the local part is refused: clients rely on it.
public struct EmailAddress: StringParsable, Hashable {
  /// The lower-cased address.
  public let address: String

  public static let rule = StringRule.text(
    "an e-mail address of 3 to 256 characters, without a plus sign; letter case does not matter"
  )

  public init(_ raw: String) throws(InvalidValue) {
    guard (3...256).contains(raw.utf8.count) else {
      throw InvalidValue("must be an e-mail address of 3 to 256 characters")
    }
    guard Self.isWellFormed(raw.utf8) else { throw InvalidValue("must be a valid e-mail address") }
    address = raw.asciiLowercased
  }

  /// The part before the `@`.
  public var localPart: Substring { address.prefix { $0 != "@" } }

  /// The part after the `@`.
  public var domain: String { String(address.drop { $0 != "@" }.dropFirst()) }

  /// SHA-256 of the lower-cased address: the key of the routing tables.
  public var hash: Data { SHA256.hash(address.utf8) }

  private static func isWellFormed(_ bytes: String.UTF8View) -> Bool {
    guard let at = bytes.firstIndex(of: UInt8(ascii: "@")) else { return false }
    let local = bytes[..<at]
    let domain = bytes[bytes.index(after: at)...]
    guard !local.isEmpty, local.allSatisfy(isLocal), domain.allSatisfy(isDomain) else { return false }
    guard let dot = domain.lastIndex(of: UInt8(ascii: ".")), dot > domain.startIndex else { return false }
    let topLevel = domain[domain.index(after: dot)...]
    return topLevel.count >= 2 && topLevel.allSatisfy({ $0.isASCIILetter })
  }

  private static func isLocal(_ byte: UInt8) -> Bool {
    isDomain(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "%")
  }

  private static func isDomain(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }
}

/// A DNS domain name, lower-cased: 3–255 characters, at least two labels of 1–63 letters, digits and inner
/// hyphens (RFC 1035 §2.3.1), no trailing dot.
public struct DomainName: StringParsable, Hashable {
  public let name: String

  public static let rule = StringRule.text(
    "a domain name of 3 to 255 characters such as example.com (RFC 1035)"
  )

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
