import FoundationEssentials
import Vocabulary

/// The shared keys with which servers of different regions sign requests to one another: newest first.
/// The first one signs, all of them verify, so a key is rotated by adding the new one in front everywhere
/// and removing the old one afterwards.
public struct HopKeys: Sendable, CustomStringConvertible, CustomReflectable {
  let signing: HopKey
  let verifying: [HopKey]

  /// Reads the setting `FORWARDING_KEYS`: keys in base64, separated by commas, each of 32 bytes or more.
  public static func parse(_ text: String) throws(HopKeysError) -> HopKeys {
    var keys: [HopKey] = []
    for (index, item) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
      let encoded = item.filter { !$0.isWhitespace }
      guard let bytes = Data(base64Encoded: encoded) else { throw .notBase64(position: index + 1) }
      guard bytes.count >= HopKey.minimumLength else {
        throw .tooShort(position: index + 1, bytes: bytes.count)
      }
      keys.append(HopKey(bytes))
    }
    guard let signing = keys.first else { throw .tooShort(position: 1, bytes: 0) }
    return HopKeys(signing: signing, verifying: keys)
  }

  /// Never the keys themselves.
  public var description: String { "HopKeys(\(verifying.count))" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why `FORWARDING_KEYS` was refused; says which key, never its content.
public enum HopKeysError: Error, Equatable, CustomStringConvertible {
  case notBase64(position: Int)
  case tooShort(position: Int, bytes: Int)

  public var description: String {
    switch self {
    case .notBase64(let position):
      "key \(position) is not base64"
    case .tooShort(let position, let bytes):
      "key \(position) has \(bytes) bytes, at least \(HopKey.minimumLength) are needed"
    }
  }
}

/// One key.
struct HopKey: Sendable {
  static let minimumLength = 32
  let hmac: HMACKey

  init(_ key: Data) {
    hmac = HMACKey(key)
  }
}
