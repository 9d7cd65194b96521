public import FoundationEssentials

/// The hash under which the routing tables know an address, with the name of what made it (`hashing_algorithm`).
public struct AddressHash: Sendable, Hashable {
  public let bytes: Data
  /// `SHA-256`, or `HMAC-SHA-256:2` with the key's version.
  public let algorithm: String

  public init(bytes: Data, algorithm: String) {
    self.bytes = bytes
    self.algorithm = algorithm
  }
}

/// Makes the hashes by which the global database finds addresses, with the keys of `EMAIL_HASH_KEYS`.
///
/// E-mail addresses can be guessed, so that whoever has read plain hashes finds most of them with a dictionary. HMAC
/// (RFC 2104) needs a key for it, which no database has. What was hashed under an older key, or under none, is found as
/// well: every look-up asks for all hashes that an address may bear.
public struct AddressHasher: Sendable, CustomStringConvertible, CustomReflectable {
  /// SHA-256 (FIPS 180-4) of the lower-cased address, without a key.
  public static let plainAlgorithm = "SHA-256"
  /// The hasher of an installation without keys.
  public static let plain = AddressHasher(methods: [.plain])

  static let minimumKeyLength = 32

  /// The one that makes new hashes comes first. Rows without a key are looked for whatever the settings are.
  private let methods: [Method]
  /// Seals the display names that stand beside the hashes, with keys derived from the same ones.
  public let names: DisplayNameSealer

  private init(methods: [Method]) {
    self.methods = methods.contains(where: \.isPlain) ? methods : methods + [.plain]
    names = DisplayNameSealer(newest: methods.first?.nameKey, keys: methods.compactMap(\.nameKey))
  }

  /// Reads the setting `EMAIL_HASH_KEYS`: `2:<key>,1:<key>`, each key's version and the key in base64, newest first.
  /// `SHA-256` may stand in the place of a key: in front of others it makes rows that servers without keys find, too.
  public static func parse(_ text: String) throws(AddressHashKeysError) -> AddressHasher {
    var methods: [Method] = []
    for (index, item) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
      let method = try Method(String(item.filter { !$0.isWhitespace }), position: index + 1)
      guard !methods.contains(where: { $0.algorithm == method.algorithm }) else {
        throw .repeated(position: index + 1)
      }
      methods.append(method)
    }
    return AddressHasher(methods: methods)
  }

  /// Whether new hashes are made with a key.
  public var isKeyed: Bool { !methods[0].isPlain }

  /// The name of what makes new hashes.
  public var algorithm: String { methods[0].algorithm }

  /// The hash that a new row gets.
  public func hash(_ address: EmailAddress) -> AddressHash { hash(stored: address.address) }

  /// The hash that a new row gets for an address as a region has stored it.
  public func hash(stored address: String) -> AddressHash {
    AddressHash(bytes: methods[0].hash(address.utf8), algorithm: algorithm)
  }

  /// The hash that an algorithm makes of a stored address; nil if its key is not among those that are set.
  public func hash(stored address: String, by algorithm: String) -> Data? {
    methods.first { $0.algorithm == algorithm }?.hash(address.utf8)
  }

  /// Every hash that the address may bear in a row: that of new rows first, without a key last.
  public func hashes(_ address: EmailAddress) -> [Data] { methods.map { $0.hash(address.address.utf8) } }

  /// Which of the hashes that the address may bear a row's is; nil if none.
  public func hash(_ address: EmailAddress, equalTo bytes: Data) -> AddressHash? {
    methods.lazy.map { AddressHash(bytes: $0.hash(address.address.utf8), algorithm: $0.algorithm) }
      .first { $0.bytes == bytes }
  }

  /// Whether the key of an algorithm is among those that are set.
  public func knows(_ algorithm: String) -> Bool { methods.contains { $0.algorithm == algorithm } }

  /// Hashes what else the global database must not be asked about by guessing, such as the key of a counter.
  ///
  /// - Parameter text: one with a NUL in it, which no address has: so it never has the hash of one.
  public func digest(_ text: String) -> Data { methods[0].hash(text.utf8) }

  /// The algorithms' names, never the keys.
  public var description: String { "AddressHasher(\(methods.map(\.algorithm).joined(separator: ", ")))" }
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// One way of hashing.
  private struct Method: Sendable {
    static let plain = Method(algorithm: plainAlgorithm, key: nil, nameKey: nil)

    let algorithm: String
    let key: HMACKey?
    let nameKey: DisplayNameSealer.Key?

    var isPlain: Bool { key == nil }

    private init(algorithm: String, key: HMACKey?, nameKey: DisplayNameSealer.Key?) {
      self.algorithm = algorithm
      self.key = key
      self.nameKey = nameKey
    }

    init(_ item: String, position: Int) throws(AddressHashKeysError) {
      if item == plainAlgorithm {
        self = .plain
        return
      }
      guard let colon = item.firstIndex(of: ":"), let version = Self.version(item[..<colon]) else {
        throw .noVersion(position: position)
      }
      guard let bytes = Data(base64Encoded: String(item[item.index(after: colon)...])) else {
        throw .notBase64(position: position)
      }
      guard bytes.count >= minimumKeyLength else { throw .tooShort(position: position, bytes: bytes.count) }
      self.init(
        algorithm: "HMAC-SHA-256:\(version)",
        key: HMACKey(bytes),
        nameKey: DisplayNameSealer.Key(version: version, secret: bytes)
      )
    }

    private static func version(_ text: Substring) -> Int? {
      guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isASCIIDigit), text.first != "0" else {
        return nil
      }
      return Int(text)
    }

    func hash(_ bytes: String.UTF8View) -> Data {
      guard let key else { return SHA256.hash(bytes) }
      return key.code(of: bytes)
    }
  }
}

/// The reason why `EMAIL_HASH_KEYS` was refused; names the position of a key, never its content.
public enum AddressHashKeysError: Error, Equatable, CustomStringConvertible {
  case noVersion(position: Int)
  case notBase64(position: Int)
  case tooShort(position: Int, bytes: Int)
  case repeated(position: Int)

  public var description: String {
    switch self {
    case .noVersion(let position): "key \(position) does not begin with a version from 1 to 9999 and a colon"
    case .notBase64(let position): "key \(position) is not base64"
    case .tooShort(let position, let bytes):
      "key \(position) has \(bytes) bytes, at least \(AddressHasher.minimumKeyLength) are needed"
    case .repeated(let position): "key \(position) has the version of an earlier one"
    }
  }
}
