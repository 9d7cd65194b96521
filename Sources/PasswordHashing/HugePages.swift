private import CHashingMemory

/// Gives libsodium its memory in huge pages; `CHashingMemory` says how and why.
enum HugePages {
  /// - Returns: what `computation` returned, and how many bytes it was given this way: none if the program was linked so that
  ///   libsodium maps its memory past us. Then nothing is lost but speed.
  static func during<R>(_ computation: () -> R) -> (result: R, bytes: Int) {
    hashing_memory_enter()
    let result = computation()
    return (result, hashing_memory_leave())
  }
}
