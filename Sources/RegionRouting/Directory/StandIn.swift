import FoundationEssentials
public import Vocabulary

/// Chooses the region that stands in for the home of an address or a domain that nobody has: always the same one, and
/// one that nobody without the key can compute. So from outside, unknown addresses are spread over the regions like
/// known ones, and an address that is answered elsewhere than computed does not thereby turn out to be somebody's.
///
/// Each region is given a number by the key, and the greatest wins (rendezvous hashing, Thaler and Ravishankar 1998):
/// when a region is added or taken out, only the names move that it wins or has won.
public struct StandIn: Sendable, CustomStringConvertible, CustomReflectable {
  private let key: HMACKey

  private init(_ key: some Collection<UInt8>) {
    self.key = HMACKey(key)
  }

  /// Reads the setting `STAND_IN_KEY`: 32 bytes or more in base64. Nil for another text.
  public init?(base64 text: String) {
    guard let bytes = Data(base64Encoded: text), bytes.count >= HopKeys.minimumLength else { return nil }
    self.init(bytes)
  }

  /// The choice without a key of one's own: whoever reads the source can compute it.
  public static let withoutKey = StandIn(Array("vetchium-stand-in-without-key".utf8))

  /// - Parameter name: of what is looked for
  /// - Returns: nil if there are no regions.
  func choose(for name: some Sequence<UInt8>, among regions: [RegionCode]) -> RegionCode? {
    let name = Array(name)
    return regions.max { isLess(weight($0, name), weight($1, name)) }
  }

  private func weight(_ region: RegionCode, _ name: [UInt8]) -> SHA256Digest {
    (Array("vetchium-stand-in\n\(region)\n".utf8) + name).withUnsafeBufferPointer(key.authenticate)
  }

  private func isLess(_ left: SHA256Digest, _ right: SHA256Digest) -> Bool {
    (left.0, left.1, left.2, left.3) < (right.0, right.1, right.2, right.3)
  }

  public var description: String { "StandIn" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
