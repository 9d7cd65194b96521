public import FoundationEssentials

/// The one-time code of a login: six decimal digits, leading zeros kept.
public struct TFACode: StringParsable, CustomStringConvertible, CustomReflectable {
  /// Exactly six ASCII digits.
  public let digits: String

  /// Draws a code uniformly from `000000` to `999999`.
  public init() {
    let number = String(SecureRandom.number(below: 1_000_000))
    digits = String(repeating: "0", count: 6 - number.utf8.count) + number
  }

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
