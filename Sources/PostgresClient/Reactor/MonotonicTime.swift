internal import Glibc

/// A moment of the system's monotonic clock, in nanoseconds.
struct MonotonicTime: Comparable, Sendable {
  let nanoseconds: UInt64

  static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
  }

  static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

  static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
    MonotonicTime(nanoseconds: time.nanoseconds &+ duration.wholeNanoseconds)
  }
}

extension Duration {
  /// Not negative, and small enough to be added to a moment.
  var wholeNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    if seconds < 0 { return 0 }
    return UInt64(min(seconds, 1_000_000_000)) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
  }

  /// Rounded up, as the server counts its time limits.
  var wholeMilliseconds: UInt64 { (wholeNanoseconds + 999_999) / 1_000_000 }
}
