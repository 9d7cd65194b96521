/// Durations as operators of the original write them: one or more `<number><unit>`, units ms, s, m and h
/// (`15s`, `1h30m`, `1.5h`), together greater than 0.
enum GoDuration {
  static func parse(_ text: String) -> Duration? {
    var rest = Substring(text)
    var seconds = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let value = Double(number), let scale = scales[unit] else { return nil }
      seconds += value * scale
    }
    // A century is beyond any expiry and far within the range of a timestamp.
    guard seconds > 0, seconds <= 3_155_760_000 else { return nil }
    let milliseconds = Int64((seconds * 1000).rounded())
    return milliseconds > 0 ? .milliseconds(milliseconds) : nil
  }

  private static let scales: [Substring: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3600]
}
