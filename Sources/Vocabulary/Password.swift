/// A password as a person entered it: 12–64 Unicode scalar values, any characters, neither trimmed nor
/// normalised (NIST SP 800-63B §5.1.1.2 asks for length, not for character classes).
///
/// It describes itself as a placeholder so that no log or error can show it.
public struct Password: StringParsable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let entered: String

  public init(_ raw: String) throws(InvalidValue) {
    guard (12...64).contains(raw.unicodeScalars.count) else {
      throw InvalidValue("must be 12 to 64 characters long")
    }
    entered = raw
  }

  /// The same bytes: canonically equivalent texts are different passwords.
  public static func == (one: Password, other: Password) -> Bool { one.utf8.elementsEqual(other.utf8) }

  /// The UTF-8 bytes that are hashed.
  public var utf8: String.UTF8View { entered.utf8 }

  public var description: String { "<password>" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
