public import FoundationEssentials

/// A password as a person entered it: 12–64 Unicode scalar values, any characters, neither trimmed nor
/// normalised (NIST SP 800-63B §5.1.1.2 asks for length, not for character classes).
///
/// It describes itself as a placeholder so that no log or error can show it.
public struct Password: StringParsable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let entered: String

  public static let rule = StringRule.text("12 to 64 characters of any kind")

  public init(_ raw: String) throws(InvalidValue) {
    guard (12...64).contains(raw.unicodeScalars.count) else {
      throw InvalidValue("must be 12 to 64 characters long")
    }
    entered = raw
  }

  /// Compares bytes: canonically equivalent texts are different passwords.
  public static func == (one: Password, other: Password) -> Bool { one.utf8.elementsEqual(other.utf8) }

  /// The UTF-8 bytes that are hashed.
  public var utf8: String.UTF8View { entered.utf8 }

  public var description: String { "<password>" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The one-time code of a login: six decimal digits, leading zeros kept.
public struct TFACode: StringParsable, CustomStringConvertible, CustomReflectable {
  /// Exactly six ASCII digits.
  public let digits: String

  /// Draws a code uniformly from `000000` to `999999`.
  public init() {
    let number = String(SecureRandom.number(below: 1_000_000))
    digits = String(repeating: "0", count: 6 - number.utf8.count) + number
  }

  public static let rule = StringRule.text("exactly 6 digits")

  public init(_ raw: String) throws(InvalidValue) {
    guard raw.utf8.count == 6, raw.utf8.allSatisfy({ $0.isASCIIDigit }) else {
      throw InvalidValue("must be exactly 6 digits")
    }
    digits = raw
  }

  /// SHA-256 of `<raw tfa token>:<code>`: bound to its token, so equal codes of two logins differ in the table.
  public func hash(for token: RawToken) -> Data {
    SHA256.hash((token.hex + ":" + digits).utf8)
  }

  public var description: String { "<code>" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
