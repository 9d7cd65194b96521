public import FoundationEssentials

/// A token that names the region holding its row: `IND1-<64 hex>`.
///
/// The prefix is read in any letter case and written in upper case. A well-formed prefix need not be an active
/// region: the region directory decides that.
public struct RegionToken: Sendable, CustomStringConvertible, CustomReflectable {
  public let region: RegionCode
  public let raw: RawToken

  /// A fresh token of a region.
  public init(in region: RegionCode) {
    self.init(region: region, raw: RawToken())
  }

  public init(region: RegionCode, raw: RawToken) {
    self.region = region
    self.raw = raw
  }

  /// Reads `<prefix>-<64 hex>`; nil when there is no dash, no region's form before it or no raw token behind it.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard let region = bytes.withUnsafeBufferPointer(Self.region),
      let raw = RawToken(hex: String(decoding: bytes.suffix(64), as: UTF8.self))
    else { return nil }
    self.init(region: region, raw: raw)
  }

  /// The region of a token's text, if all of that is well formed; the secret is not copied.
  public static func region(of text: UnsafeBufferPointer<UInt8>) -> RegionCode? {
    guard let dash = text.firstIndex(of: UInt8(ascii: "-")), dash <= 11, text.count - dash == 65,
      Hex.isHex(UnsafeBufferPointer(rebasing: text[(dash + 1)...]))
    else { return nil }
    return RegionCode(tokenPrefix: UnsafeBufferPointer(rebasing: text[..<dash]))
  }

  /// The text that the client gets.
  public var text: String { region.tokenPrefix + "-" + raw.hex }

  public var description: String { "\(region.tokenPrefix)-<token>" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A bearer secret: 32 random bytes as 64 lower-case hex characters. Only its hash is ever stored.
public struct RawToken: Sendable, CustomStringConvertible, CustomReflectable {
  /// The secret itself, which only the client may see.
  public let hex: String

  /// Makes a fresh token from the system's CSPRNG.
  public init() {
    hex = Hex.encode(SecureRandom.bytes(32))
  }

  /// - Parameter bytes: 32, which nobody can guess.
  init(bytes: [UInt8]) {
    hex = Hex.encode(bytes)
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
