public import FoundationEssentials

/// An e-mail address, lower-cased: `^[A-Za-z0-9._%-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$`, at most 254 characters (RFC 5321
/// §4.5.3.1.3, without its angle brackets), with at most 64 before the `@` (§4.5.3.1.1), where dots stand between
/// others (RFC 5322 §3.4.1). What is behind it is a `DomainName`, whose last label may be an A-label, too.
///
/// Addresses are compared without regard to case, so the lower-case form is the only one that exists inside.
/// A plus sign in the local part is refused: clients rely on it.
public struct EmailAddress: StringParsable, Hashable {
  /// The lower-cased address.
  public let address: String

  public static let rule = StringRule.text(
    "an e-mail address of 3 to 254 characters, without a plus sign; letter case does not matter"
  )

  public init(_ raw: String) throws(InvalidValue) {
    guard (3...254).contains(raw.utf8.count) else {
      throw InvalidValue("must be an e-mail address of 3 to 254 characters")
    }
    guard Self.isWellFormed(raw.utf8) else { throw InvalidValue("must be a valid e-mail address") }
    address = raw.asciiLowercased
  }

  /// The part before the `@`.
  public var localPart: Substring { address.prefix { $0 != "@" } }

  /// The part after the `@`.
  public var domain: String { String(address.drop { $0 != "@" }.dropFirst()) }

  /// SHA-256 of the lower-cased address. Routing rows may have another one: see `AddressHasher`.
  public var hash: Data { SHA256.hash(address.utf8) }

  private static func isWellFormed(_ bytes: String.UTF8View) -> Bool {
    guard let at = bytes.firstIndex(of: UInt8(ascii: "@")) else { return false }
    return isLocalPart(bytes[..<at]) && isMailDomain(Substring(bytes[bytes.index(after: at)...]))
  }

  private static func isLocalPart(_ local: Substring.UTF8View) -> Bool {
    guard (1...64).contains(local.count), local.allSatisfy(isLocal) else { return false }
    return local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
      !$0.isEmpty
    }
  }

  private static func isLocal(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || ".-_%".utf8.contains(byte)
  }

  /// Top-level domains are words of letters, or A-labels (RFC 5890 §2.3.2.1).
  private static func isMailDomain(_ text: Substring) -> Bool {
    guard let name = (try? DomainName(String(text)))?.name else { return false }
    let topLevel = name.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }
    return topLevel.count >= 2 && topLevel.allSatisfy(\.isASCIILowercase)
      || topLevel.reversed().starts(with: "xn--".utf8)
  }
}

/// A DNS domain name, lower-cased: 3 to 253 characters, which are 255 bytes in a message (RFC 1035 §2.3.4), at least
/// two labels of 1 to 63 letters, digits and inner hyphens (§2.3.1), no trailing dot, and nothing that is read as an
/// IPv4 address somewhere.
public struct DomainName: StringParsable, Hashable {
  public let name: String

  public static let rule = StringRule.text(
    "a domain name of 3 to 253 characters such as example.com (RFC 1035)"
  )

  public init(_ raw: String) throws(InvalidValue) {
    guard (3...253).contains(raw.utf8.count) else {
      throw InvalidValue("must be a domain name of 3 to 253 characters")
    }
    let lowered = raw.asciiLowercased
    let labels = lowered.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy(Self.isLabel), labels.last.map(Self.isNumber) == false else {
      throw InvalidValue("must be a domain name such as example.com")
    }
    name = lowered
  }

  private static func isLabel(_ label: Substring.UTF8View) -> Bool {
    let hyphen = UInt8(ascii: "-")
    return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
      && label.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == hyphen }
  }

  /// Names whose last label is decimal or hexadecimal are IPv4 addresses to browsers and C libraries, with one part to
  /// four (`1.2`, `0x7f.1`; WHATWG URL Standard, "ends in a number"). No top-level domain is one (RFC 3696 §2).
  private static func isNumber(_ label: Substring.UTF8View) -> Bool {
    if label.allSatisfy(\.isASCIIDigit) { return true }
    return label.starts(with: "0x".utf8)
      && label.dropFirst(2).allSatisfy {
        $0.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
