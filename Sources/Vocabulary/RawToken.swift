public import FoundationEssentials

/// A bearer secret: 32 random bytes as 64 lower-case hex characters. Only its hash is ever stored.
public struct RawToken: Sendable, CustomStringConvertible, CustomReflectable {
  /// The secret itself; for the client's eyes only.
  public let hex: String

  /// Makes a fresh token from the system's CSPRNG.
  public init() {
    hex = Hex.encode(SecureRandom.bytes(32))
  }

  /// Accepts exactly `^[0-9a-f]{64}$`; upper-case hex is malformed.
  public init?(hex: some StringProtocol) {
    let hex = String(hex)
    guard hex.utf8.count == 64, hex.utf8.withContiguousStorageIfAvailable(Hex.isHex) == true else {
      return nil
    }
    self.hex = hex
  }

  /// SHA-256 of the 64 ASCII characters: what the databases hold.
  public var hash: Data { SHA256.hash(hex.utf8) }

  /// SHA-256 of any text offered as a token, for tokens without a format check of their own.
  public static func hash(ofOffered text: String) -> Data { SHA256.hash(text.utf8) }

  public var description: String { "<token>" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
