import FoundationEssentials

/// The value of a `Date` field (RFC 5322 §3.3), in UTC.
enum DateTimeField {
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func value(_ date: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let weekday = weekdays[calendar.component(.weekday, from: date) - 1]
    let month = months[calendar.component(.month, from: date) - 1]
    let day = calendar.component(.day, from: date)
    let year = calendar.component(.year, from: date)
    let time = [.hour, .minute, .second].map { twoDigits(calendar.component($0, from: date)) }
    return "\(weekday), \(day) \(month) \(year) \(time.joined(separator: ":")) +0000"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
