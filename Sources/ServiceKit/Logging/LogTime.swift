import Glibc
import Synchronization

/// The time of a log line: RFC 3339 in UTC with milliseconds.
enum LogTime {
  private struct Cached {
    var second = Int.min
    var text: [UInt8] = []
  }

  /// Up to the dot; the same for every line of a second.
  private static let cached = Mutex(Cached())

  static func now() -> String {
    var text: [UInt8] = []
    write(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  static func write(to text: inout [UInt8]) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    write(seconds: now.tv_sec, milliseconds: now.tv_nsec / 1_000_000, to: &text)
  }

  static func text(seconds: Int, milliseconds: Int) -> String {
    var text: [UInt8] = []
    write(seconds: seconds, milliseconds: milliseconds, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  private static func write(seconds: Int, milliseconds: Int, to text: inout [UInt8]) {
    cached.withLock { cached in
      if cached.second != seconds { cached = Cached(second: seconds, text: beginning(seconds)) }
      text += cached.text
    }
    text.append(milliseconds, digits: 3)
    text.append(UInt8(ascii: "Z"))
  }

  private static func beginning(_ seconds: Int) -> [UInt8] {
    let date = CivilDate(daysSinceEpoch: seconds / 86_400)
    var text: [UInt8] = []
    text.reserveCapacity(24)
    text.append(date.year, digits: 4)
    text.append(UInt8(ascii: "-"))
    text.append(date.month, digits: 2)
    text.append(UInt8(ascii: "-"))
    text.append(date.day, digits: 2)
    text.append(UInt8(ascii: "T"))
    text.append(clockTime: seconds % 86_400)
    text.append(UInt8(ascii: "."))
    return text
  }
}
