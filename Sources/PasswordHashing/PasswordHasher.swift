import NIOPosix
import Synchronization
public import Vocabulary

/// Hashes and verifies passwords on a bounded pool of threads with a bounded queue in front.
public final class PasswordHasher: Sendable {
  private let threads: NIOThreadPool
  private let capacity: Int
  private let inside = Atomic(0)
  /// Verified for unknown accounts, so that they take as long as known ones.
  private let decoy: String

  /// - Parameters:
  ///   - threads: how many compute at once; more than cores only costs memory (19 MiB each).
  ///   - waitingLimit: how many may wait; beyond it callers get `overloaded`. 64 on two cores is about a second.
  public init(threads: Int, waitingLimit: Int = 64) {
    self.threads = NIOThreadPool(numberOfThreads: threads)
    capacity = threads + waitingLimit
    decoy =
      "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    self.threads.start()
  }

  /// - Returns: the PHC string to store.
  public func hash(_ password: Password) async throws(PasswordHashingError) -> String {
    try await run { Result { () throws(PasswordHashingError) in try Argon2id.hash(password) } }.get()
  }

  /// Whether the password is the one behind a stored PHC string.
  public func verify(_ password: Password, against phc: String) async throws(PasswordHashingError) -> Bool {
    try await run {
      Bcrypt.isHash(phc) ? Bcrypt.verify(password, against: phc) : Argon2id.verify(password, against: phc)
    }
  }

  /// What to store instead of a hash that the password was verified with; nil if it can stay.
  public func renewal(of stored: String, for password: Password) async throws(PasswordHashingError) -> String?
  {
    Bcrypt.isHash(stored) ? try await hash(password) : nil
  }

  /// Spends the time of a verification without a stored hash: an unknown account must not answer faster
  /// (OWASP Authentication Cheat Sheet, "Authentication and Error Messages").
  public func verifyDummy(_ password: Password) async throws(PasswordHashingError) {
    _ = try await verify(password, against: decoy)
  }

  /// How many hashes compute or wait at this moment.
  public var load: Int { inside.load(ordering: .relaxed) }

  /// Lets what computes end, refuses the rest.
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
