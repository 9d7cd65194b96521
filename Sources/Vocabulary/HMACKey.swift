import CSodium

/// A key for HMAC-SHA-256 (RFC 2104) as two states that have absorbed it: two of the four or five SHA-256 blocks of a short message are
/// computed once instead of per message.
///
/// Sendable, as the states are never changed once they are made, and copying one only reads it.
package final class HMACKey: @unchecked Sendable {
  private static let blockSize = 64

  private let inner: SHA256State
  private let outer: SHA256State

  package init(_ key: some Collection<UInt8>) {
    var padded = Array(key)
    if padded.count > Self.blockSize { padded = Array(SHA256.hash(padded)) }
    padded += [UInt8](repeating: 0, count: Self.blockSize - padded.count)
    (inner, outer) = (SHA256State(), SHA256State())
    padded.map { $0 ^ 0x36 }.withUnsafeBufferPointer(inner.absorb)
    padded.map { $0 ^ 0x5C }.withUnsafeBufferPointer(outer.absorb)
  }

  package func authenticate(_ message: UnsafeBufferPointer<UInt8>) -> SHA256Digest {
    let digest = SHA256State(copying: inner).digest(message)
    return withUnsafeBytes(of: digest) { digest in
      SHA256State(copying: outer).digest(digest.assumingMemoryBound(to: UInt8.self))
    }
  }

  /// Whether a code is that of a message; takes the same time wherever they differ.
  package func isAuthentic(_ message: UnsafeBufferPointer<UInt8>, code: SHA256Digest) -> Bool {
    withUnsafeBytes(of: authenticate(message)) { expected in
      withUnsafeBytes(of: code) { code in
        guard let expected = expected.baseAddress, let code = code.baseAddress else { return false }
        return sodium_memcmp(expected, code, SHA256.byteCount) == 0
      }
    }
  }
}
