import CSodium
import Crypto
public import FoundationEssentials

/// A digest of 32 bytes as a value, without a heap allocation.
package typealias SHA256Digest = (UInt64, UInt64, UInt64, UInt64)

/// SHA-256 (FIPS 180-4), as stored in the `…_hash` columns.
public enum SHA256 {
  public static let byteCount = 32

  public static func hash(_ bytes: some Collection<UInt8>) -> Data {
    bytes.withContiguousStorageIfAvailable(hash(buffer:))
      ?? Array(bytes).withUnsafeBufferPointer(hash(buffer:))
  }

  /// Compares two digests, in a time that does not depend on where they differ.
  public static func equalInConstantTime(_ left: Data, _ right: Data) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBytes { leftBytes in
      right.withUnsafeBytes { rightBytes in
        guard let left = leftBytes.baseAddress, let right = rightBytes.baseAddress else { return true }
        return sodium_memcmp(left, right, leftBytes.count) == 0
      }
    }
  }

  private static func hash(buffer: UnsafeBufferPointer<UInt8>) -> Data {
    Crypto.SHA256.hash(data: buffer).withUnsafeBytes { Data($0) }
  }
}

/// A key for HMAC-SHA-256 (RFC 2104).
package struct HMACKey: Sendable {
  /// The state after the key, which is computed once and not for each message.
  private let keyed: HMAC<Crypto.SHA256>

  package init(_ key: some Collection<UInt8>) {
    keyed = HMAC(key: SymmetricKey(data: Array(key)))
  }

  package func authenticate(_ message: UnsafeBufferPointer<UInt8>) -> SHA256Digest {
    var state = keyed
    state.update(data: message)
    return state.finalize().withUnsafeBytes { $0.loadUnaligned(as: SHA256Digest.self) }
  }

  /// The code of a message (RFC 2104 §2) as bytes.
  package func code(of message: some Collection<UInt8>) -> Data {
    let code =
      message.withContiguousStorageIfAvailable(authenticate)
      ?? Array(message).withUnsafeBufferPointer(authenticate)
    return withUnsafeBytes(of: code) { Data($0) }
  }

  /// Returns whether a code is that of a message, in a time that does not depend on where they differ.
  package func isAuthentic(_ message: UnsafeBufferPointer<UInt8>, code: SHA256Digest) -> Bool {
    withUnsafeBytes(of: authenticate(message)) { expected in
      withUnsafeBytes(of: code) { code in
        guard let expected = expected.baseAddress, let code = code.baseAddress else { return false }
        return sodium_memcmp(expected, code, SHA256.byteCount) == 0
      }
    }
  }
}
