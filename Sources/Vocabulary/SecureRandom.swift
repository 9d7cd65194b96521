import CSodium

/// Randomness for secrets, from the system's CSPRNG by way of libsodium.
public enum SecureRandom {
  public static func bytes(_ count: Int) -> [UInt8] {
    Sodium.ready()
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
      guard let target = buffer.baseAddress else { return }
      randombytes_buf(target, count)
      initialised = count
    }
  }

  /// A uniformly distributed number below the bound.
  public static func number(below bound: UInt32) -> UInt32 {
    Sodium.ready()
    return randombytes_uniform(bound)
  }
}

/// libsodium must be initialised once before its other functions; every use in this module passes here.
package enum Sodium {
  /// `sodium_init` fails only when the kernel gives no randomness: nothing of value can run then.
  private static let initialised: Void = {
    precondition(sodium_init() >= 0, "libsodium cannot be initialised: the system's random source fails")
  }()

  package static func ready() {
    _ = initialised
  }
}
