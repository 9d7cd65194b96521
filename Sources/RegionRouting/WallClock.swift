import Glibc

/// The time of day, which signatures carry across machines.
enum WallClock {
  /// Seconds since 1970.
  static func seconds() -> Int64 {
    Int64(time(nil))
  }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
