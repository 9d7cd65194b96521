import CSodium

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
