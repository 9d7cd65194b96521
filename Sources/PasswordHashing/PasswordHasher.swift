import CSodium
import NIOPosix
import Synchronization
public import Vocabulary

/// Hashes and verifies passwords on a bounded pool of threads with a bounded queue in front.
public final class PasswordHasher: Sendable {
  private let threads: NIOThreadPool
  private let capacity: Int
  private let inside = Atomic(0)
  /// The hash that is verified for unknown accounts, so that they take as long as known ones.
  private let dummy: String

  /// - Parameters:
  ///   - threads: how many compute at once; more than cores only costs memory (19 MiB each).
  ///   - waitingLimit: how many may wait; beyond it callers get `overloaded`. 64 on two cores is about a second.
  public init(threads: Int, waitingLimit: Int = 64) {
    self.threads = NIOThreadPool(numberOfThreads: threads)
    capacity = threads + waitingLimit
    dummy =
      "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    self.threads.start()
  }

  /// Hashes a password.
  /// - Returns: the PHC string to store.
  public func hash(_ password: Password) async throws(PasswordHashingError) -> String {
    try await run { Result { () throws(PasswordHashingError) in try Argon2id.hash(password) } }.get()
  }

  /// Compares a password with a stored PHC string: first in its form, then as it was typed.
  /// - Returns: the password that was hashed; nil if it is another one.
  public func verify(
    _ offered: OfferedPassword,
    against phc: String
  ) async throws(PasswordHashingError) -> VerifiedPassword? {
    try await run {
      if Self.matches(offered.password, phc) {
        return VerifiedPassword(password: offered.password, isRenewalDue: Bcrypt.isHash(phc))
      }
      guard let typed = offered.asTyped, Self.matches(typed, phc) else { return nil }
      return VerifiedPassword(password: offered.password, isRenewalDue: true)
    }
  }

  private static func matches(_ password: Password, _ phc: String) -> Bool {
    Bcrypt.isHash(phc) ? Bcrypt.verify(password, against: phc) : Argon2id.verify(password, against: phc)
  }

  /// Makes the hash that replaces the stored one with which the password was verified.
  /// - Returns: the PHC string to store; nil if the stored one can stay.
  public func renewal(for verified: VerifiedPassword) async throws(PasswordHashingError) -> String? {
    verified.isRenewalDue ? try await hash(verified.password) : nil
  }

  /// Spends the time of a verification without a stored hash: an unknown account must not answer faster
  /// (OWASP Authentication Cheat Sheet, "Authentication and Error Messages").
  public func verifyDummy(_ offered: OfferedPassword) async throws(PasswordHashingError) {
    _ = try await verify(offered, against: dummy)
  }

  /// The number of hashes that are being computed or wait at this moment.
  public var load: Int { inside.load(ordering: .relaxed) }

  /// Waits for the hashes that are being computed and refuses the others.
  public func shutdown() async {
    try? await threads.shutdownGracefully()
  }

  private func run<R: Sendable>(_ work: @escaping @Sendable () -> R) async throws(PasswordHashingError) -> R {
    guard inside.add(1, ordering: .relaxed).newValue <= capacity else {
      inside.subtract(1, ordering: .relaxed)
      throw .overloaded
    }
    defer { inside.subtract(1, ordering: .relaxed) }
    do {
      return try await threads.runIfActive(work)
    } catch {
      // The pool refuses work for two reasons only: the task was cancelled, or the server is stopping.
      throw .cancelled
    }
  }
}

/// A password that is the one behind a stored hash.
public struct VerifiedPassword: Sendable {
  fileprivate let password: Password
  /// True if the hash is bcrypt's, or was made of the password as it was typed.
  fileprivate let isRenewalDue: Bool
}

/// The reason why a password was neither hashed nor verified.
public enum PasswordHashingError: Error, Sendable, Equatable {
  /// Too many are waiting; try again in a moment.
  case overloaded
  /// The caller's task was cancelled before its turn.
  case cancelled
  /// The system refused the memory Argon2id needs.
  case outOfMemory
}

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
