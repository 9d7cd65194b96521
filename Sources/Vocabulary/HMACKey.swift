import CSodium

/// A key for HMAC-SHA-256 (RFC 2104) as two states that have absorbed it: two of the four or five SHA-256 blocks of a short message are
/// computed once instead of per message. A class, as the states are 224 bytes.
package final class HMACKey: Sendable {
  private static let blockSize = 64

  private let inner: SHA256State
  private let outer: SHA256State

  package init(_ key: some Collection<UInt8>) {
    var padded = Array(key)
    if padded.count > Self.blockSize { padded = Array(SHA256.hash(padded)) }
    padded += [UInt8](repeating: 0, count: Self.blockSize - padded.count)
    inner = Self.state(after: padded.map { $0 ^ 0x36 })
    outer = Self.state(after: padded.map { $0 ^ 0x5C })
  }

  private static func state(after block: [UInt8]) -> SHA256State {
    var state = SHA256State()
    block.withUnsafeBufferPointer { state.absorb($0) }
    return state
  }

  package func authenticate(_ message: UnsafeBufferPointer<UInt8>) -> SHA256Digest {
    withUnsafeBytes(of: inner.digest(message)) { digest in
      outer.digest(digest.assumingMemoryBound(to: UInt8.self))
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
