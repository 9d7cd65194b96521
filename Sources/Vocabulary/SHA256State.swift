import CCrypto

/// 32 bytes, without memory of their own.
package typealias SHA256Digest = (UInt64, UInt64, UInt64, UInt64)

/// A SHA-256 that has absorbed something; a copy goes on from there by itself. libcrypto's, which uses the processor's own instructions
/// (libsodium's costs five times as much) and is in every process anyway, for libpq. Nothing of it can fail.
struct SHA256State: Sendable {
  private var context = SHA256_CTX()

  /// Nothing absorbed.
  init() {
    SHA256_Init(&context)
  }

  mutating func absorb(_ bytes: UnsafeBufferPointer<UInt8>) {
    SHA256_Update(&context, bytes.baseAddress, bytes.count)
  }

  /// The digest of what was absorbed and these last bytes.
  func digest(_ bytes: UnsafeBufferPointer<UInt8>) -> SHA256Digest {
    var state = self
    state.absorb(bytes)
    var digest = SHA256Digest(0, 0, 0, 0)
    withUnsafeMutableBytes(of: &digest) { digest in
      _ = SHA256_Final(digest.assumingMemoryBound(to: UInt8.self).baseAddress, &state.context)
    }
    return digest
  }
}
