internal import CSodium
internal import FoundationEssentials
internal import Vocabulary

/// What PostgreSQL stores of a password (RFC 5803 §2, RFC 7677): made here, so that the password itself never reaches
/// the server, whose log may show statements.
struct SCRAMVerifier {
  /// PostgreSQL's own default, and the least that RFC 7677 §4 allows.
  static let iterations = 4096

  let text: String

  /// - Parameter password: ASCII, for which SASLprep (RFC 4013) changes nothing.
  init(password: String, salt: [UInt8]) {
    let key = Array(password.utf8)
    let salted = Self.stretch(key, salt: salt)
    let storedKey = SHA256.hash(Self.mac(Array("Client Key".utf8), key: salted))
    let serverKey = Data(Self.mac(Array("Server Key".utf8), key: salted))
    text =
      "SCRAM-SHA-256$\(Self.iterations):\(Data(salt).base64EncodedString())"
      + "$\(storedKey.base64EncodedString()):\(serverKey.base64EncodedString())"
  }

  /// `Hi` of RFC 5802 §2.2, that is PBKDF2 with one block of output.
  private static func stretch(_ password: [UInt8], salt: [UInt8]) -> [UInt8] {
    var block = mac(salt + [0, 0, 0, 1], key: password)
    var result = block
    for _ in 1..<iterations {
      block = mac(block, key: password)
      for index in result.indices { result[index] ^= block[index] }
    }
    return result
  }

  /// HMAC-SHA-256 (RFC 2104).
  private static func mac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var state = crypto_auth_hmacsha256_state()
    var output = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_bytes()))
    crypto_auth_hmacsha256_init(&state, key, key.count)
    crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
    crypto_auth_hmacsha256_final(&state, &output)
    return output
  }
}
