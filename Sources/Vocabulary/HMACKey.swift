import CSodium
import Crypto

/// A key for HMAC-SHA-256 (RFC 2104).
package struct HMACKey: Sendable {
  /// Has absorbed the key, so that this is done once and not for each message.
  private let keyed: HMAC<Crypto.SHA256>

  package init(_ key: some Collection<UInt8>) {
    keyed = HMAC(key: SymmetricKey(data: Array(key)))
  }

  package func authenticate(_ message: UnsafeBufferPointer<UInt8>) -> SHA256Digest {
    var state = keyed
    state.update(data: message)
    return state.finalize().withUnsafeBytes { $0.loadUnaligned(as: SHA256Digest.self) }
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
