/// A region's code as stored and configured: lower case, `^[a-z]{2,8}[0-9]{1,3}$` (`ind1`).
///
/// A region is a row of `available_regions`, not a case of an enum: whether a code names an active region is the
/// region directory's knowledge, not this type's.
public struct RegionCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: String

  /// A region's code for documentation.
  public static let example = RegionCode(known: "ind1")

  private init(known rawValue: String) {
    self.rawValue = rawValue
  }

  public init?(rawValue: String) {
    guard Self.isWellFormed(rawValue.utf8) else { return nil }
    self.rawValue = rawValue
  }

  /// Reads the prefix of a token in any letter case (`IND1`, `ind1`).
  public init?(tokenPrefix: some StringProtocol) {
    guard let code = Array(tokenPrefix.utf8).withUnsafeBufferPointer({ RegionCode(tokenPrefix: $0) }) else {
      return nil
    }
    self = code
  }

  /// Reads the prefix of a token from bytes; nil when it has another form.
  init?(tokenPrefix: UnsafeBufferPointer<UInt8>) {
    guard tokenPrefix.count <= 11 else { return nil }
    self.init(
      rawValue: String(unsafeUninitializedCapacity: tokenPrefix.count) { text in
        for index in tokenPrefix.indices {
          let byte = tokenPrefix[index]
          text[index] = byte.isASCIIUppercase ? byte | 0x20 : byte
        }
        return tokenPrefix.count
      }
    )
  }

  /// The upper-case form that begins this region's tokens (`IND1`).
  public var tokenPrefix: String { rawValue.asciiUppercased }

  public var description: String { rawValue }

  private static func isWellFormed(_ text: String.UTF8View) -> Bool {
    guard (3...11).contains(text.count) else { return false }
    var (letters, digits) = (0, 0)
    for byte in text {
      if byte.isASCIIDigit {
        digits += 1
      } else {
        guard digits == 0, byte.isASCIILowercase else { return false }
        letters += 1
      }
    }
    return (2...8).contains(letters) && (1...3).contains(digits)
  }
}
