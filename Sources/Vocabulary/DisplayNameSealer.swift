import Crypto
public import FoundationEssentials

/// Seals the copies of display names in the global database, so that its dump tells nobody's name.
///
///     AES-256-GCM:<version>:<base64 of nonce, ciphertext and tag>
///
/// The keys are derived from those of `EMAIL_HASH_KEYS` (HKDF with SHA-256, RFC 5869), whose version is the sealed
/// text's. AES-GCM (NIST SP 800-38D) authenticates whose name it is and in which language, so a sealed name that was
/// moved to another row is refused. The nonces are random; SP 800-38D allows 2^32 names under one key. What is sealed
/// is filled up to a multiple of 64 bytes, so that its length tells little; and so a sealed text is always longer than
/// the 100 characters of the longest name, and no name in the clear can be mistaken for one.
public struct DisplayNameSealer: Sendable, CustomStringConvertible, CustomReflectable {
  /// Whose name it is, and in which language.
  public struct Place: Sendable, Hashable {
    public let user: UUID
    public let language: String

    public init(user: UUID, language: String) {
      self.user = user
      self.language = language
    }

    /// What is authenticated; a language's code has no colon.
    fileprivate var text: Data { Data("\(user.text):\(language)".utf8) }
  }

  /// What a stored text turns out to be.
  public enum Reading: Sendable, Equatable {
    case name(String)
    /// Sealed with a key that is not among those that are set; the algorithm's name with the key's version.
    case unknownKey(String)
    /// Not what a key has sealed for this place.
    case forged
  }

  /// One version of the key.
  struct Key: Sendable {
    let version: Int
    private let key: SymmetricKey

    /// - Parameter secret: the key of `EMAIL_HASH_KEYS`
    init(version: Int, secret: Data) {
      self.version = version
      key = HKDF<Crypto.SHA256>.deriveKey(
        inputKeyMaterial: SymmetricKey(data: secret),
        info: Data("vetchium display names".utf8),
        outputByteCount: 32
      )
    }

    var prefix: String { "\(algorithmName):\(version):" }

    func seal(_ name: String, for place: Place) throws -> String {
      var bytes = Data(name.utf8)
      bytes.append(Data(repeating: 0, count: blockLength - 1 - (bytes.count + blockLength - 1) % blockLength))
      let box = try AES.GCM.seal(bytes, using: key, authenticating: place.text)
      return prefix + (Data(box.nonce) + box.ciphertext + box.tag).base64EncodedString()
    }

    func open(_ text: Substring, for place: Place) -> String? {
      guard let bytes = Data(base64Encoded: String(text)), let box = try? AES.GCM.SealedBox(combined: bytes),
        let name = try? AES.GCM.open(box, using: key, authenticating: place.text)
      else { return nil }
      // PostgreSQL's texts hold no NUL, so whatever follows the first one was filled up.
      return String(bytes: name.prefix { $0 != 0 }, encoding: .utf8)
    }
  }

  private static let algorithmName = "AES-256-GCM"
  private static let blockLength = 64
  private static let longestName = 100

  /// The one that seals new names; nil without keys.
  private let newest: Key?
  private let keys: [Int: Key]

  /// - Parameters:
  ///   - newest: what seals; nil leaves names in the clear
  ///   - keys: what opens
  init(newest: Key?, keys: [Key]) {
    self.newest = newest
    self.keys = Dictionary(keys.map { ($0.version, $0) }) { first, _ in first }
  }

  /// What the text of each name begins with that the newest key has sealed; nil if names stay in the clear.
  public var newestPrefix: String? { newest?.prefix }

  /// The text that a new row gets: the sealed name, or without keys the name itself.
  /// - Throws: an error of the cryptographic library, for lack of memory.
  public func seal(_ name: String, for place: Place) throws -> String {
    guard let newest else { return name }
    return try newest.seal(name, for: place)
  }

  /// Reads the text of a row, sealed or in the clear.
  public func read(_ stored: String, for place: Place) -> Reading {
    guard Self.isSealed(stored) else { return .name(stored) }
    let parts = stored.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let version = Int(parts[1]) else { return .forged }
    guard let key = keys[version] else { return .unknownKey("\(Self.algorithmName):\(version)") }
    return key.open(parts[2], for: place).map { .name($0) } ?? .forged
  }

  private static func isSealed(_ text: String) -> Bool {
    text.hasPrefix(algorithmName + ":") && text.unicodeScalars.count > longestName
  }

  /// The versions of the keys, never the keys.
  public var description: String { "DisplayNameSealer(\(keys.keys.sorted(by: >)))" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
