internal import CSodium
public import FoundationEssentials
internal import Vocabulary

/// A public key of libsodium's `crypto_box` (X25519), for which bodies are sealed.
public struct MailSealingKey: Sendable {
  fileprivate let bytes: [UInt8]
  /// The first eight bytes of the key's SHA-256 in hexadecimal digits.
  let id: String

  /// The key in base64, as `MAIL_SEALING_KEYS` has it.
  public var base64: String { Data(bytes).base64EncodedString() }

  /// - Returns: nil unless it is 32 bytes that something can be sealed for: X25519 refuses some few points
  ///   (RFC 7748 §6.1).
  init?(_ bytes: [UInt8]) {
    guard bytes.count == crypto_box_publickeybytes() else { return nil }
    self.bytes = bytes
    id = String(Hex.encode(SHA256.hash(bytes)).prefix(16))
    guard box([]) != nil else { return nil }
  }

  public init?(base64 text: String) {
    guard let data = Data(base64Encoded: text) else { return nil }
    self.init(Array(data))
  }

  func seal(_ content: [UInt8]) -> [UInt8] {
    guard let sealed = box(content) else {
      preconditionFailure("a key that sealed once seals always: libsodium refuses it for what it is")
    }
    return sealed
  }

  private func box(_ content: [UInt8]) -> [UInt8]? {
    Sodium.ready()
    var box = [UInt8](repeating: 0, count: content.count + crypto_box_sealbytes())
    return crypto_box_seal(&box, content, UInt64(content.count), bytes) == 0 ? box : nil
  }
}

/// A private key of libsodium's `crypto_box`, which opens what was sealed for its public half. It does not show itself.
public struct MailOpeningKey: Sendable, CustomStringConvertible, CustomReflectable {
  private let bytes: [UInt8]
  /// The public half.
  public let sealing: MailSealingKey

  /// The key in base64, as `MAIL_OPENING_KEYS` has it.
  public var base64: String { Data(bytes).base64EncodedString() }
  public var description: String { "MailOpeningKey" }
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// - Returns: nil unless it is 32 bytes.
  private init?(_ bytes: [UInt8]) {
    Sodium.ready()
    guard bytes.count == crypto_box_secretkeybytes() else { return nil }
    var publicKey = [UInt8](repeating: 0, count: crypto_box_publickeybytes())
    guard crypto_scalarmult_base(&publicKey, bytes) == 0, let sealing = MailSealingKey(publicKey) else {
      return nil
    }
    self.bytes = bytes
    self.sealing = sealing
  }

  public init?(base64 text: String) {
    guard let data = Data(base64Encoded: text) else { return nil }
    self.init(Array(data))
  }

  /// A new pair: 32 random bytes and the public half that follows from them.
  public static func random() -> MailOpeningKey {
    guard let key = MailOpeningKey(SecureRandom.bytes(crypto_box_secretkeybytes())) else {
      preconditionFailure("32 bytes are a private key, and have a public half (RFC 7748 §5)")
    }
    return key
  }

  /// - Returns: nil if it was sealed for another key, or is damaged.
  func open(_ box: [UInt8]) -> [UInt8]? {
    Sodium.ready()
    guard box.count >= crypto_box_sealbytes() else { return nil }
    var content = [UInt8](repeating: 0, count: box.count - crypto_box_sealbytes())
    return crypto_box_seal_open(&content, box, UInt64(box.count), sealing.bytes, bytes) == 0 ? content : nil
  }
}
