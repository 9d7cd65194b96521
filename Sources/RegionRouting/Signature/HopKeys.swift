import FoundationEssentials
import NIOConcurrencyHelpers
public import Vocabulary

/// The secret keys of one sender, newest first: the API servers of a region (`FORWARDING_KEYS`), or its workers
/// (`WORKER_KEYS`).
///
/// They never sign by themselves. Each recipient has a key of its own that is derived from them, the *verifier*: it is
/// enough to check the sender's signatures for that recipient, and worth nothing for any other. So a region from which
/// everything is stolen can speak to others as itself only.
public struct HopKeys: Sendable, CustomStringConvertible, CustomReflectable {
  private let secrets: [HMACKey]

  /// Reads a list of keys in base64, separated by commas, each of 32 bytes or more.
  public static func parse(_ text: String) throws(HopKeysError) -> HopKeys {
    var secrets: [HMACKey] = []
    for (index, item) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
      secrets.append(HMACKey(try keyBytes(item, position: index + 1)))
    }
    return HopKeys(secrets: secrets)
  }

  /// A fresh key as the settings have it: 32 random bytes in base64.
  public static func fresh() -> String {
    Data((0..<minimumLength).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
  }

  /// The entries of `FORWARDING_VERIFIERS` by which a recipient knows this sender, newest first.
  public func verifiers(from sender: RegionCode, for recipient: RegionCode) -> String {
    derived(from: sender, for: recipient).map { "\(sender):\($0.base64EncodedString())" }.joined(
      separator: ","
    )
  }

  /// The keys of a sender for a recipient, newest first: the first one signs.
  func pair(from sender: RegionCode, for recipient: RegionCode) -> [HMACKey] {
    derived(from: sender, for: recipient).map { HMACKey($0) }
  }

  private func derived(from sender: RegionCode, for recipient: RegionCode) -> [Data] {
    let purpose = Array("vetchium-hop-verifier-2\n\(sender)\n\(recipient)".utf8)
    return secrets.map { secret in
      let digest = purpose.withUnsafeBufferPointer(secret.authenticate)
      return withUnsafeBytes(of: digest) { Data($0) }
    }
  }

  static let minimumLength = 32

  fileprivate static func keyBytes(_ text: Substring, position: Int) throws(HopKeysError) -> Data {
    guard let bytes = Data(base64Encoded: text.filter { !$0.isWhitespace }) else {
      throw .notBase64(position: position)
    }
    guard bytes.count >= minimumLength else { throw .tooShort(position: position, bytes: bytes.count) }
    return bytes
  }

  /// The number of keys, never the keys themselves.
  public var description: String { "HopKeys(\(secrets.count))" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The reason why a list of keys was refused; names the position of a key, never its content.
public enum HopKeysError: Error, Equatable, CustomStringConvertible {
  case notBase64(position: Int)
  case tooShort(position: Int, bytes: Int)
  /// An entry of `FORWARDING_VERIFIERS` does not begin with a region's code and a colon.
  case noRegion(position: Int)

  public var description: String {
    switch self {
    case .notBase64(let position):
      "key \(position) is not base64"
    case .tooShort(let position, let bytes):
      "key \(position) has \(bytes) bytes, at least \(HopKeys.minimumLength) are needed"
    case .noRegion(let position):
      "key \(position) does not begin with a region's code and a colon"
    }
  }
}

/// The regions whose signatures a server can check, and how: its verifiers.
public struct HopVerifiers: Sendable, CustomStringConvertible, CustomReflectable {
  private let keys: [RegionCode: [HMACKey]]

  /// Reads the setting `FORWARDING_VERIFIERS`: entries such as `usa1:BASE64`, separated by commas; a region may have
  /// several.
  public static func parse(_ text: String) throws(HopKeysError) -> HopVerifiers {
    var keys: [RegionCode: [HMACKey]] = [:]
    for (index, item) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
      let entry = item.drop(while: \.isWhitespace)
      guard let colon = entry.firstIndex(of: ":"), let region = RegionCode(rawValue: String(entry[..<colon]))
      else { throw .noRegion(position: index + 1) }
      let bytes = try HopKeys.keyBytes(entry[entry.index(after: colon)...], position: index + 1)
      keys[region, default: []].append(HMACKey(bytes))
    }
    return HopVerifiers(keys: keys)
  }

  /// The regions that have an entry.
  public var regions: Set<RegionCode> { Set(keys.keys) }

  func keys(of region: RegionCode) -> [HMACKey] { keys[region] ?? [] }

  /// The regions, never the keys.
  public var description: String {
    "HopVerifiers(\(keys.keys.map(\.rawValue).sorted().joined(separator: ",")))"
  }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Signs the requests of one region's servers, or of its workers, with the newest key.
public final class HopSigner: Sendable {
  let region: RegionCode
  private let keys: HopKeys
  /// The keys for recipients that were asked for.
  private let pairs = NIOLockedValueBox<[RegionCode: HMACKey]>([:])

  /// - Parameter region: the sender's
  public init(region: RegionCode, keys: HopKeys) {
    self.region = region
    self.keys = keys
  }

  func key(for recipient: RegionCode) -> HMACKey? {
    pairs.withLockedValue { pairs in
      if let known = pairs[recipient] { return known }
      let derived = keys.pair(from: region, for: recipient).first
      pairs[recipient] = derived
      return derived
    }
  }
}
