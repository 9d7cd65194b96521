import CCrypt
import CSodium
import Glibc
import Vocabulary

/// bcrypt by libcrypt, for the hashes of imported accounts: verified, never made. Computing blocks the calling thread.
enum Bcrypt {
  /// bcrypt looks at no more bytes (OWASP Password Storage Cheat Sheet, "Input Limits of bcrypt"), so that a longer
  /// password would match one that only begins like it.
  private static let longestPassword = 72

  /// 2^16 rounds take some seconds. A hash of a higher cost matches nothing: it would hold a thread for hours or days.
  private static let highestCost = 16

  static func isHash(_ stored: String) -> Bool { ["$2a$", "$2b$", "$2y$"].contains { stored.hasPrefix($0) } }

  static func verify(_ password: Password, against stored: String) -> Bool {
    guard password.utf8.count <= longestPassword, !password.utf8.contains(0),
      let cost = Int(stored.dropFirst(4).prefix(2)), cost <= highestCost
    else { return false }
    // 32 KiB, too large for a small stack.
    let scratch = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
    scratch.initialize(to: crypt_data())
    defer {
      sodium_memzero(scratch, MemoryLayout<crypt_data>.size)
      scratch.deallocate()
    }
    let phrase = String(decoding: password.utf8, as: UTF8.self)
    guard let computed = crypt_r(phrase, stored, scratch) else { return false }
    let length = stored.utf8.count
    return strlen(computed) == length && sodium_memcmp(computed, stored, length) == 0
  }
}
