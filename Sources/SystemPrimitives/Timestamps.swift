public import FoundationEssentials
internal import Glibc
internal import NIOConcurrencyHelpers

// Every form in which a date leaves this system. Foundation's formatters would do, at thirty times the price on a path
// that every request takes.

/// Times in responses, cursors and log lines: RFC 3339 in UTC with `Z`.
public enum RFC3339 {
  /// Whole seconds, cut off as the contract wants it: `2026-05-01T12:30:00Z`.
  public static func seconds(_ date: Date) -> String {
    String(decoding: clock(microseconds(since1970: date)), as: UTF8.self) + "Z"
  }

  /// Microseconds, PostgreSQL's own resolution: `2026-05-01T12:30:00.000001Z`.
  public static func microseconds(_ date: Date) -> String {
    let count = microseconds(since1970: date)
    var text = clock(count)
    text.append(UInt8(ascii: "."))
    text.append(count.quotientAndRemainder(flooring: 1_000_000).remainder, digits: 6)
    return String(decoding: text, as: UTF8.self) + "Z"
  }

  /// Reads a text that `microseconds` wrote; nil for any other.
  public static func parse(microseconds text: String) -> Date? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let fraction = Int(parts[1].dropLast()),
      let whole = try? Date(parts[0] + "Z", strategy: .iso8601)
    else { return nil }
    let date = whole.addingTimeInterval(Double(fraction) / 1_000_000)
    return microseconds(date) == text ? date : nil
  }

  /// Appends the present time in milliseconds, `2026-05-01T12:30:00.007Z`: the time of a log line.
  public static func appendNow(to text: inout [UInt8]) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    text += Cache.logSecond.text(of: now.tv_sec) { second in clock(second * 1_000_000) + [UInt8(ascii: ".")] }
    text.append(now.tv_nsec / 1_000_000, digits: 3)
    text.append(UInt8(ascii: "Z"))
  }

  /// The years that have four digits; PostgreSQL knows others, and infinity.
  private static let range = -62_135_596_800_000_000...253_402_300_799_999_999

  private static func microseconds(since1970 date: Date) -> Int {
    let rounded = (date.timeIntervalSince1970 * 1_000_000).rounded()
    return Int(min(max(rounded, Double(range.lowerBound)), Double(range.upperBound).nextDown))
  }

  /// `YYYY-MM-DDThh:mm:ss`
  private static func clock(_ microseconds: Int) -> [UInt8] {
    let time = CivilTime(secondsSince1970: microseconds.quotientAndRemainder(flooring: 1_000_000).quotient)
    var text: [UInt8] = []
    text.reserveCapacity(28)
    text.append(time.year, digits: 4)
    text.append(UInt8(ascii: "-"))
    text.append(time.month, digits: 2)
    text.append(UInt8(ascii: "-"))
    text.append(time.day, digits: 2)
    text.append(UInt8(ascii: "T"))
    text.append(clockOf: time)
    return text
  }
}

/// The `Date` field of an HTTP message (RFC 9110 §6.6.1, IMF-fixdate): `Fri, 01 May 2026 12:30:00 GMT`.
public enum HTTPDate {
  /// The present time; the text is made once a second, since every response carries it.
  public static func now() -> String {
    String(
      decoding: Cache.httpSecond.text(of: time(nil)) { Array(text(secondsSince1970: $0).utf8) },
      as: UTF8.self
    )
  }

  public static func text(secondsSince1970 seconds: Int) -> String {
    CivilTime(secondsSince1970: seconds).dayMonthYear(dayDigits: 2, zone: "GMT")
  }
}

/// The `Date` field of a mail (RFC 5322 §3.3) in UTC: `Fri, 1 May 2026 12:30:00 +0000`.
public enum MailDate {
  public static func text(_ date: Date) -> String {
    CivilTime(secondsSince1970: Int(date.timeIntervalSince1970.rounded(.down))).dayMonthYear(
      dayDigits: 1,
      zone: "+0000"
    )
  }
}

/// A Gregorian date and the time of day in UTC.
struct CivilTime: Equatable {
  let year: Int
  let month: Int
  let day: Int
  let secondOfDay: Int
  /// 0 is Sunday.
  let weekday: Int

  init(secondsSince1970 seconds: Int) {
    let (days, second) = seconds.quotientAndRemainder(flooring: 86_400)
    secondOfDay = second
    // 1970-01-01 was a Thursday.
    weekday = (days + 4).quotientAndRemainder(flooring: 7).remainder
    // Counts by eras of 400 years that begin on 1 March, so that leap days come last.
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(flooring: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The form that HTTP and mail share, `Fri, 01 May 2026 12:30:00 GMT`.
  func dayMonthYear(dayDigits: Int, zone: String) -> String {
    var text = Array("\(Self.weekdays[weekday]), ".utf8)
    text.append(day, digits: day < 10 ? dayDigits : 2)
    text += " \(Self.months[month - 1]) ".utf8
    text.append(year, digits: 4)
    text.append(UInt8(ascii: " "))
    text.append(clockOf: self)
    return String(decoding: text, as: UTF8.self) + " " + zone
  }
}

/// The text of the latest second that was asked for.
private final class Cache: Sendable {
  static let logSecond = Cache()
  static let httpSecond = Cache()

  private let latest = NIOLockedValueBox((second: Int.min, text: [UInt8]()))

  func text(of second: Int, make: (Int) -> [UInt8]) -> [UInt8] {
    latest.withLockedValue { latest in
      if latest.second != second { latest = (second, make(second)) }
      return latest.text
    }
  }
}

extension Int {
  /// Division that rounds towards negative infinity: times before 1970 are times, too.
  fileprivate func quotientAndRemainder(flooring divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

extension [UInt8] {
  /// Appends a number with leading zeros.
  package mutating func append(_ number: Int, digits: Int) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// Appends `hh:mm:ss`.
  fileprivate mutating func append(clockOf time: CivilTime) {
    append(time.secondOfDay / 3600, digits: 2)
    append(UInt8(ascii: ":"))
    append(time.secondOfDay / 60 % 60, digits: 2)
    append(UInt8(ascii: ":"))
    append(time.secondOfDay % 60, digits: 2)
  }
}
