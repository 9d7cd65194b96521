import CSodium
public import Vocabulary

/// Argon2id (RFC 9106) by libsodium; computing blocks the calling thread for tens of milliseconds.
public enum Argon2id {
  static let operations = 2
  static let memoryBytes = 19 * 1024 * 1024

  /// - Returns: a PHC string with a fresh random salt.
  /// - Throws: `PasswordHashingError.outOfMemory`.
  public static func hash(_ password: Password) throws(PasswordHashingError) -> String {
    Sodium.ready()
    var encoded = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
    let length = password.utf8.count
    let status = password.withCBytes { bytes in
      crypto_pwhash_str_alg(
        &encoded,
        bytes,
        UInt64(length),
        UInt64(operations),
        memoryBytes,
        crypto_pwhash_ALG_ARGON2ID13
      )
    }
    guard status == 0 else { throw .outOfMemory }
    return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Returns whether the password is the one behind a PHC string. An unreadable string matches nothing.
  public static func verify(_ password: Password, against phc: String) -> Bool {
    Sodium.ready()
    // libsodium reads at most this many bytes of a terminated string.
    guard phc.utf8.count < Int(crypto_pwhash_STRBYTES) else { return false }
    let length = password.utf8.count
    return password.withCBytes { crypto_pwhash_str_verify(phc, $0, UInt64(length)) } == 0
  }
}

extension Password {
  fileprivate func withCBytes<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
    Array(utf8.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { buffer in
      // The terminator guarantees a base address.
      buffer.baseAddress.map(body) ?? withUnsafePointer(to: 0, body)
    }
  }
}
