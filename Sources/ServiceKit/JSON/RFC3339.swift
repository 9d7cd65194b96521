public import FoundationEssentials

/// Times as clients see them: RFC 3339 in UTC with `Z`.
public enum RFC3339 {
  /// In whole seconds, cut off as the contract wants it: `2026-05-01T12:30:00Z`.
  public static func seconds(_ date: Date) -> String {
    String(decoding: clock(microseconds(since1970: date)), as: UTF8.self) + "Z"
  }

  /// In microseconds, PostgreSQL's own resolution: `2026-05-01T12:30:00.000001Z`.
  public static func microseconds(_ date: Date) -> String {
    let count = microseconds(since1970: date)
    var text = clock(count)
    text.append(UInt8(ascii: "."))
    text.append(count.quotientAndRemainder(flooring: 1_000_000).remainder, digits: 6)
    return String(decoding: text, as: UTF8.self) + "Z"
  }

  /// Reads what `microseconds` writes, and nothing else.
  public static func parse(microseconds text: String) -> Date? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let fraction = Int(parts[1].dropLast()),
      let whole = try? Date(parts[0] + "Z", strategy: .iso8601)
    else { return nil }
    let date = whole.addingTimeInterval(Double(fraction) / 1_000_000)
    return microseconds(date) == text ? date : nil
  }

  /// The years that have four digits; PostgreSQL knows others, and infinity.
  private static let range = -62_135_596_800_000_000...253_402_300_799_999_999

  private static func microseconds(since1970 date: Date) -> Int {
    let rounded = (date.timeIntervalSince1970 * 1_000_000).rounded()
    return Int(min(max(rounded, Double(range.lowerBound)), Double(range.upperBound).nextDown))
  }

  /// `YYYY-MM-DDThh:mm:ss`
  private static func clock(_ microseconds: Int) -> [UInt8] {
    let seconds = microseconds.quotientAndRemainder(flooring: 1_000_000).quotient
    let (day, second) = seconds.quotientAndRemainder(flooring: 86_400)
    let date = CivilDate(daysSinceEpoch: day)
    var text: [UInt8] = []
    text.reserveCapacity(28)
    text.append(date.year, digits: 4)
    text.append(UInt8(ascii: "-"))
    text.append(date.month, digits: 2)
    text.append(UInt8(ascii: "-"))
    text.append(date.day, digits: 2)
    text.append(UInt8(ascii: "T"))
    text.append(clockTime: second)
    return text
  }
}

extension Int {
  /// Division that rounds towards negative infinity: times before 1970 are times, too.
  fileprivate func quotientAndRemainder(flooring divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
