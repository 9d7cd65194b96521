import Glibc
import Synchronization

/// The `Date` header (RFC 9110 §6.6.1, IMF-fixdate), made once a second: it is on every answer.
enum HTTPDate {
  private struct Cached {
    var second = 0
    var text = ""
  }

  private static let cached = Mutex(Cached())

  static func now() -> String {
    let second = time(nil)
    return cached.withLock { cached in
      if cached.second != second { cached = Cached(second: second, text: text(seconds: second)) }
      return cached.text
    }
  }

  static func text(seconds: Int) -> String {
    let date = CivilDate(daysSinceEpoch: seconds / 86_400)
    // 1970-01-01 was a Thursday.
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][seconds / 86_400 % 7]
    let month = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ][date.month - 1]
    var text = Array("\(weekday), ".utf8)
    text.append(date.day, digits: 2)
    text.append(contentsOf: " \(month) \(date.year) ".utf8)
    text.append(clockTime: seconds % 86_400)
    return String(decoding: text, as: UTF8.self) + " GMT"
  }
}
