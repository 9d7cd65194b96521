public import FoundationEssentials

/// A password that somebody chooses: 12 to 64 Unicode scalar values, any characters (NIST SP 800-63B §5.1.1.2 asks for
/// length, not for character classes), not trimmed.
///
/// It has the form of RFC 8265 §4.2 (OpaqueString): blanks of any kind are U+0020, then Normalization Form C; letter
/// case stays. So the same password is the same bytes on every keyboard; the length is that of this form.
///
/// It describes itself as a placeholder so that no log or error can show it.
public struct Password: StringParsable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  fileprivate static let lengths = 12...64
  fileprivate static let wrongLength = InvalidValue("must be 12 to 64 characters long")
  /// The longest text in bytes that can have a permitted length: a character decomposes into four scalars at most.
  fileprivate static let mostBytes = 64 * 4 * 4

  private let characters: String

  public static let rule = StringRule.text("12 to 64 characters of any kind")

  public init(_ raw: String) throws(InvalidValue) {
    guard raw.utf8.count <= Self.mostBytes else { throw Self.wrongLength }
    self.init(opaque: raw)
    guard Self.lengths.contains(scalarCount) else { throw Self.wrongLength }
  }

  fileprivate init(opaque raw: String) { characters = raw.opaque }

  fileprivate init(asTyped raw: String) { characters = raw }

  /// Compares bytes.
  public static func == (one: Password, other: Password) -> Bool { one.utf8.elementsEqual(other.utf8) }

  /// The UTF-8 bytes that are hashed.
  public var utf8: String.UTF8View { characters.utf8 }

  public var description: String { "<password>" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A password that is compared with a stored hash. Hashes were made of what was typed before passwords had a form, so
/// that text is tried as well, and it is enough if one of the two has a permitted length.
public struct OfferedPassword: StringParsable {
  /// The password in its form.
  public let password: Password
  /// What was typed; nil if it is the same.
  public let asTyped: Password?

  public static let rule = Password.rule

  public init(_ raw: String) throws(InvalidValue) {
    guard raw.utf8.count <= Password.mostBytes else { throw Password.wrongLength }
    password = Password(opaque: raw)
    let typed = Password(asTyped: raw)
    asTyped = typed == password ? nil : typed
    guard [password, typed].contains(where: { Password.lengths.contains($0.scalarCount) }) else {
      throw Password.wrongLength
    }
  }
}

extension Password {
  fileprivate var scalarCount: Int { characters.unicodeScalars.count }
}

extension String {
  /// The text as RFC 8265 §4.2.2 enforces an OpaqueString, whose forbidden characters we take.
  fileprivate var opaque: String {
    var scalars = UnicodeScalarView()
    for scalar in unicodeScalars {
      scalars.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
    }
    return String(scalars).composed
  }
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
