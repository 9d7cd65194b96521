public import Logging
import SystemPrimitives
public import Vocabulary

// The types that more than one setting has.
extension SettingType {
  public static func integer(_ range: ClosedRange<Int>) -> SettingType where Value == Int {
    SettingType("a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension SettingType where Value == String {
  public static let text = SettingType("a text") { $0 }

  /// An address that a server can listen on without a name look-up.
  public static let listenAddress = SettingType("an IP address such as 0.0.0.0 or ::, or localhost") { text in
    text == "localhost" || IPAddress(text) != nil ? text : nil
  }

  /// An absolute http or https URL with a host; a trailing slash is dropped.
  public static let url = SettingType("an absolute http:// or https:// URL", parse: readURL)
}

extension SettingType where Value == [String] {
  public static let urls = SettingType("one or more absolute http:// or https:// URLs, separated by commas") {
    text in
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let urls = parts.compactMap { readURL(String($0.drop { $0 == " " })) }
    return urls.count == parts.count ? urls : nil
  }
}

extension SettingType where Value == Duration {
  public static let duration = SettingType("a duration greater than 0 such as 15s, 10m, 1h30m or 24h") {
    GoDuration.parse($0)
  }
  /// A duration that may be nothing.
  public static let durationOrZero = SettingType("0s or a duration such as 500ms, 5s or 1m") { text in
    text == "0" ? .zero : GoDuration.parse(text, mayBeZero: true)
  }
}

extension SettingType where Value == Bool {
  public static let `switch` = SettingType("on or off") { ["on": true, "off": false][$0.asciiLowercased] }
}

extension SettingType where Value == Logger.Level {
  public static let logLevel = SettingType("debug, info, warn or error") { text in
    let levels: [String: Logger.Level] = ["debug": .debug, "info": .info, "warn": .warning, "error": .error]
    return levels[text.asciiLowercased]
  }
}

extension SettingType where Value == Scheduling {
  public static let scheduling = SettingType("batch or normal") { Scheduling(rawValue: $0.asciiLowercased) }
}

extension SettingType where Value == RegionCode {
  public static let region = SettingType(
    "a region code such as ind1 (2 to 8 letters a-z, then 1 to 3 digits)"
  ) {
    RegionCode(rawValue: $0)
  }
}

@Sendable private func readURL(_ text: String) -> String? {
  guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return nil }
  let rest = text.dropFirst(scheme.count)
  let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  guard !host.isEmpty, !host.hasPrefix(":"), !text.contains(where: \.isWhitespace) else { return nil }
  return text.hasSuffix("/") ? String(text.dropLast()) : text
}

/// Reads durations in the form of Go's `time.ParseDuration`: one or more `<number><unit>`, units ms, s, m and h
/// (`15s`, `1h30m`, `1.5h`), together greater than 0 and at most a hundred years.
enum GoDuration {
  /// - Parameter mayBeZero: accepts `0s`, `0ms`, `0h0m`, … as well.
  static func parse(_ text: String, mayBeZero: Bool = false) -> Duration? {
    guard !text.isEmpty else { return nil }
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
    if seconds == 0 { return mayBeZero ? .zero : nil }
    // A century is beyond any expiry and far within the range of a timestamp.
    guard seconds > 0, seconds <= 3_155_760_000 else { return nil }
    let milliseconds = Int64((seconds * 1000).rounded())
    return milliseconds > 0 ? .milliseconds(milliseconds) : nil
  }

  private static let scales: [Substring: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3600]
}
