internal import Glibc

/// A moment of the system's monotonic clock, in nanoseconds since an unspecified start.
///
/// `ContinuousClock` would do as well, at a third more per reading; this one is read several times a request.
public struct MonotonicTime: Comparable, Sendable {
  public let nanoseconds: UInt64

  public init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  public static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
  }

  public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
    MonotonicTime(nanoseconds: time.nanoseconds &+ duration.wholeNanoseconds)
  }
}

extension Duration {
  /// Nanoseconds, never negative, and at most those of 10⁹ seconds, so that they can be added to a moment.
  public var wholeNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    if seconds < 0 { return 0 }
    return UInt64(min(seconds, 1_000_000_000)) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
  }

  /// Whole milliseconds, rounded towards zero: the unit in which queries take lengths of time.
  public var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }

  /// Whole milliseconds, rounded up and never negative: a time limit that is not shorter than what was asked for.
  public var millisecondsRoundedUp: Int64 { Int64((wholeNanoseconds + 999_999) / 1_000_000) }

  /// Seconds with their fraction, the unit of metrics.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}

/// The time of day, which signatures carry from one machine to another.
public enum WallClock {
  /// Whole seconds since 1970.
  public static func seconds() -> Int64 { Int64(time(nil)) }
}
