public import Logging
import NIOCore
import PostgresClient
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

  /// What a server can listen on without asking anybody who that is.
  public static let listenAddress = SettingType("an IP address such as 0.0.0.0 or ::, or localhost") { text in
    text == "localhost" || (try? SocketAddress(ipAddress: text, port: 0)) != nil ? text : nil
  }

  /// A libpq connection string or URI; libpq itself judges the rest when it connects.
  public static let connectionString = SettingType(
    "a PostgreSQL connection string (postgres://user@host/database or host=… dbname=…)"
  ) { PostgresConnectionString.isReadable($0) ? $0 : nil }

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

extension SettingType where Value == CORSPolicy {
  public static let origins = SettingType("* or origins such as https://app.example.com, separated by commas")
  {
    CORSPolicy($0)
  }
}

extension SettingType where Value == TrustedProxies {
  public static let trustedProxies = SettingType(
    "networks such as 10.0.0.0/8 or ::1/128, separated by commas"
  ) {
    try? TrustedProxies.parse($0)
  }
}

@Sendable private func readURL(_ text: String) -> String? {
  guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return nil }
  let rest = text.dropFirst(scheme.count)
  let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  guard !host.isEmpty, !host.hasPrefix(":"), !text.contains(where: \.isWhitespace) else { return nil }
  return text.hasSuffix("/") ? String(text.dropLast()) : text
}
