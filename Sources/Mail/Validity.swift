/// How long a code or a link is valid, as a mail says it: rounded up, in one unit.
enum Validity: Equatable, Sendable {
  case minutes(Int)
  case hours(Int)
  case days(Int)
  /// A log-in code's minutes, never one: test tools and translations rely on a plural being there.
  case codeMinutes(Int)
  case codeAtMostTwoMinutes

  /// Whole hours from one hour up, else minutes.
  static func link(_ lifetime: Duration) -> Validity {
    lifetime >= .seconds(3600) ? .hours(roundedUp(lifetime, 3600)) : .minutes(max(1, roundedUp(lifetime, 60)))
  }

  /// Whole days from one day up, else as a link.
  static func invitation(_ lifetime: Duration) -> Validity {
    lifetime >= .seconds(86_400) ? .days(roundedUp(lifetime, 86_400)) : link(lifetime)
  }

  static func code(_ lifetime: Duration) -> Validity {
    let minutes = roundedUp(lifetime, 60)
    return minutes <= 1 ? .codeAtMostTwoMinutes : .codeMinutes(minutes)
  }

  /// The key in `validity.json`. Languages with more plural forms than two get more keys here.
  var key: String {
    switch self {
    case .minutes(let count): count == 1 ? "minutes_one" : "minutes_other"
    case .hours(let count): count == 1 ? "hours_one" : "hours_other"
    case .days(let count): count == 1 ? "days_one" : "days_other"
    case .codeMinutes: "code_minutes_other"
    case .codeAtMostTwoMinutes: "code_minutes_at_most_two"
    }
  }

  var count: Int {
    switch self {
    case .minutes(let count), .hours(let count), .days(let count), .codeMinutes(let count): count
    case .codeAtMostTwoMinutes: 2
    }
  }

  private static func roundedUp(_ lifetime: Duration, _ unit: Int64) -> Int {
    let (seconds, attoseconds) = lifetime.components
    let whole = seconds + (attoseconds > 0 ? 1 : 0)
    return Int((whole + unit - 1) / unit)
  }
}
