import CSodium
import Crypto
public import FoundationEssentials

/// 32 bytes, without memory of their own.
package typealias SHA256Digest = (UInt64, UInt64, UInt64, UInt64)

/// SHA-256 (FIPS 180-4), as stored in the `…_hash` columns.
public enum SHA256 {
  public static let byteCount = 32

  public static func hash(_ bytes: some Collection<UInt8>) -> Data {
    bytes.withContiguousStorageIfAvailable(hash(buffer:))
      ?? Array(bytes).withUnsafeBufferPointer(hash(buffer:))
  }

  /// Whether two digests are equal, in a time that does not depend on where they differ.
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
