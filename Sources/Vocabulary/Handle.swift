/// A hub user's public name in addresses: chosen by the server, never changed, unique over all regions.
///
/// `^[a-z0-9-]+$`, 3–50 characters: the local part of the e-mail address as far as it fits, then `-` and eight
/// random hex digits (`test.user@x.com` → `test-user-1a2b3c4d`).
public struct Handle: Hashable, Sendable {
  public let handle: String

  /// - Parameter suffix: four random bytes; injected so that a test can cause a collision.
  public init(for email: EmailAddress, suffix: [UInt8] = SecureRandom.bytes(4)) {
    handle = Self.stem(of: email.localPart) + "-" + Hex.encode(suffix)
  }

  private static func stem(of localPart: Substring) -> String {
    let kept = localPart.utf8
      .map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0 }
      .filter { $0.isASCIILowercase || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
    let words = kept.split(separator: UInt8(ascii: "-"))
    var stem = Array(words.joined(separator: CollectionOfOne(UInt8(ascii: "-")))).prefix(40)
    if stem.last == UInt8(ascii: "-") { stem.removeLast() }
    return stem.isEmpty ? "user" : String(decoding: stem, as: UTF8.self)
  }
}
