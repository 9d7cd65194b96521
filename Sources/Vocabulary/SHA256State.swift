import CCrypto

/// 32 bytes, without memory of their own.
package typealias SHA256Digest = (UInt64, UInt64, UInt64, UInt64)

/// A SHA-256 that has absorbed something. libcrypto's, which uses the processor's own instructions (libsodium's costs five times as much)
/// and is in every process anyway, for libpq.
final class SHA256State {
  private let context: OpaquePointer

  /// Nothing absorbed.
  init() {
    context = Self.makeContext()
    Self.check(EVP_DigestInit_ex(context, Self.algorithm.pointer, nil))
  }

  /// What another has absorbed, so far.
  init(copying other: borrowing SHA256State) {
    context = Self.makeContext()
    Self.check(EVP_MD_CTX_copy_ex(context, other.context))
  }

  deinit { EVP_MD_CTX_free(context) }

  func absorb(_ bytes: UnsafeBufferPointer<UInt8>) {
    Self.check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  /// Absorbs the last bytes; the state is of no use afterwards.
  func digest(_ bytes: UnsafeBufferPointer<UInt8>) -> SHA256Digest {
    absorb(bytes)
    var digest = SHA256Digest(0, 0, 0, 0)
    withUnsafeMutableBytes(of: &digest) { digest in
      Self.check(EVP_DigestFinal_ex(context, digest.assumingMemoryBound(to: UInt8.self).baseAddress, nil))
    }
    return digest
  }

  /// Looked up once: that costs more than a hash.
  private static let algorithm = Algorithm()

  /// Sendable, as libcrypto's algorithms never change and may be used by all threads (EVP_MD_fetch(3), crypto(7)).
  private struct Algorithm: @unchecked Sendable {
    let pointer: OpaquePointer

    init() {
      guard let found = EVP_MD_fetch(nil, "SHA256", nil) else {
        preconditionFailure("libcrypto has no SHA-256")
      }
      pointer = found
    }
  }

  private static func makeContext() -> OpaquePointer {
    guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory is left for a hash") }
    return context
  }

  /// Nothing of this can fail but for want of memory.
  private static func check(_ result: Int32) {
    precondition(result == 1, "no memory is left for a hash")
  }
}
