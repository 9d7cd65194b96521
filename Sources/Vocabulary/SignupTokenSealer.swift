public import FoundationEssentials

/// What the token of a sign-up is good for: the row in the global database must say the same when it is completed.
public struct SignupClaim: Sendable, Equatable {
  private let parts: [String]

  /// - Parameters:
  ///   - kind: whose sign-up it is: `hub`, `org` or `agency`.
  ///   - madeIn: the region that mails the token.
  ///   - address: the address that the mail goes to.
  ///   - details: what else the row says, in a fixed order.
  public init(kind: String, madeIn: String, address: String, details: [String] = []) {
    parts = [kind, madeIn, address] + details
  }

  /// No part can hold a NUL, so no two claims have the same text.
  fileprivate var text: String { parts.joined(separator: "\0") }
}

/// Makes tokens of sign-ups that prove what they are good for, with the keys of `SIGNUP_TOKEN_KEYS`.
///
/// The global database knows a token by its hash, beside the address that it was mailed to. Whoever steals a region's
/// role there can insert a row with any address and the hash of a token of their own. So a token is not random alone:
///
///     12 random bytes | 4 bytes: when it expires, in seconds since 1970 | 16 bytes of HMAC-SHA-256 over both and claim
///
/// Only who has a key makes a token that fits a row, and no database has one. RFC 2104 §5 allows half of the code.
public struct SignupTokenSealer: Sendable, CustomStringConvertible, CustomReflectable {
  /// The sealer of an installation without keys: its tokens are random and prove nothing.
  public static let unsealed = SignupTokenSealer(keys: [], acceptsUnsealed: true)

  static let minimumKeyLength = 32
  private static let nonceLength = 16
  private static let randomLength = 12

  /// The first one seals, all of them verify.
  private let keys: [HMACKey]
  private let acceptsUnsealed: Bool

  private init(keys: [HMACKey], acceptsUnsealed: Bool) {
    self.keys = keys
    self.acceptsUnsealed = acceptsUnsealed
  }

  /// Reads the setting `SIGNUP_TOKEN_KEYS`: keys of 32 bytes or more in base64, separated by commas, newest first. The
  /// word `unsealed` among them accepts tokens of servers that have no key yet.
  public static func parse(_ text: String) throws(SignupTokenKeysError) -> SignupTokenSealer {
    var keys: [HMACKey] = []
    var acceptsUnsealed = false
    for (index, item) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
      let item = String(item.filter { !$0.isWhitespace })
      if item == "unsealed" {
        acceptsUnsealed = true
        continue
      }
      guard let bytes = Data(base64Encoded: item) else { throw .notBase64(position: index + 1) }
      guard bytes.count >= minimumKeyLength else { throw .tooShort(position: index + 1, bytes: bytes.count) }
      keys.append(HMACKey(bytes))
    }
    guard !keys.isEmpty else { throw .noKey }
    return SignupTokenSealer(keys: keys, acceptsUnsealed: acceptsUnsealed)
  }

  /// Whether tokens are sealed.
  public var isKeyed: Bool { !keys.isEmpty }

  /// A fresh token for a claim.
  public func token(for claim: SignupClaim, validFor lifetime: Duration, from now: Date = Date()) -> RawToken
  {
    guard let key = keys.first else { return RawToken() }
    let expiry = now.timeIntervalSince1970.rounded(.up) + Double(lifetime.components.seconds)
    let seconds = UInt32(clamping: Int64(expiry))
    let nonce = SecureRandom.bytes(Self.randomLength) + withUnsafeBytes(of: seconds.bigEndian) { Array($0) }
    return RawToken(bytes: nonce + Self.code(key, nonce, claim))
  }

  /// Whether a token that a client offers was made for this claim and has not expired.
  public func proves(_ offered: String, _ claim: SignupClaim, at now: Date = Date()) -> Bool {
    if acceptsUnsealed { return true }
    guard let token = RawToken(hex: offered), let bytes = Hex.decode(token.hex) else { return false }
    let (nonce, code) = (Array(bytes.prefix(Self.nonceLength)), Data(bytes.dropFirst(Self.nonceLength)))
    let seconds = nonce.dropFirst(Self.randomLength).reduce(0) { $0 << 8 | Int64($1) }
    guard now.timeIntervalSince1970 <= Double(seconds) else { return false }
    return keys.contains { SHA256.equalInConstantTime(Data(Self.code($0, nonce, claim)), code) }
  }

  private static func code(_ key: HMACKey, _ nonce: [UInt8], _ claim: SignupClaim) -> [UInt8] {
    Array(key.code(of: nonce + Array(claim.text.utf8)).prefix(nonceLength))
  }

  /// The number of keys, never the keys themselves.
  public var description: String { "SignupTokenSealer(\(keys.count))" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The reason why `SIGNUP_TOKEN_KEYS` was refused; names the position of a key, never its content.
public enum SignupTokenKeysError: Error, Equatable, CustomStringConvertible {
  case noKey
  case notBase64(position: Int)
  case tooShort(position: Int, bytes: Int)

  public var description: String {
    switch self {
    case .noKey: "there is no key"
    case .notBase64(let position): "key \(position) is not base64"
    case .tooShort(let position, let bytes):
      "key \(position) has \(bytes) bytes, at least \(SignupTokenSealer.minimumKeyLength) are needed"
    }
  }
}
