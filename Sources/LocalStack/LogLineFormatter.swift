internal import FoundationEssentials

/// Turns the log lines of a stack's programs into lines for a person at a terminal.
///
///     12:30:00.123 api-ind1     POST /hub/login 200 8.3 ms 0198c0de…
///     12:30:00.456 worker-usa1  leading term=7
///     12:30:01.007 api-deu1     warning: endpoint is unreachable, breaker opened endpoint=http://127.0.0.1:8081
///
/// Our services write JSON lines (`JSONLogHandler` of ServiceRuntime). Of the other programs only warnings and errors
/// are shown.
package struct LogLineFormatter: Sendable {
  private enum Style: String {
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  private let hasColours: Bool
  private let nameWidth: Int

  /// - Parameters:
  ///   - hasColours: with ANSI escape sequences, for a terminal.
  ///   - nameWidth: the length of the longest program's name.
  package init(hasColours: Bool, nameWidth: Int) {
    self.hasColours = hasColours
    self.nameWidth = nameWidth
  }

  /// The text for one line that a program wrote; nil if it is of no interest here.
  package func text(of line: String, from name: String) -> String? {
    guard line.hasPrefix("{"),
      let members = try? JSONDecoder().decode([String: LogValue].self, from: Data(line.utf8))
    else { return plain(line, from: name) }
    if case .object(let mail)? = members["accepted"] {
      return start(nil, name) + "mail for " + Self.printable(mail["recipient"]?.text ?? "nobody")
    }
    guard let message = members["message"]?.text else { return nil }
    let begin = start(members["time"]?.text, name)
    if message == "request" { return begin + request(members) }
    let level: String? =
      switch members["level"]?.text {
      case "error": paint("error:", .red)
      case "warn": paint("warning:", .yellow)
      default: nil
      }
    let details = members.filter { !Self.shownAlready.contains($0.key) }.sorted { $0.key < $1.key }
      .map { paint("\($0.key)=\(Self.printable($0.value.text))", .dim) }
    return begin + ([level, Self.printable(message)].compactMap { $0 } + details).joined(separator: " ")
  }

  private static let shownAlready: Set = ["time", "level", "message", "service", "region"]

  private func request(_ members: [String: LogValue]) -> String {
    func member(_ name: String) -> String { Self.printable(members[name]?.text ?? "-") }
    let status = member("status")
    let style: Style =
      switch status.first {
      case "5": .red
      case "4": .yellow
      default: .green
      }
    let aborted = members["aborted"] == nil ? "" : " " + paint("aborted", .red)
    let milliseconds = Double(member("duration_ms")).map { "\(($0 * 10).rounded() / 10)" } ?? "-"
    return "\(member("method")) \(member("path")) \(paint(status, style)) \(milliseconds) ms\(aborted) "
      + paint(member("request_id"), .dim)
  }

  /// A line of PostgreSQL, nginx, knot or Python.
  private func plain(_ line: String, from name: String) -> String? {
    let words = line.lowercased()
    let isError = [
      "error:", "fatal:", "panic:", "[error]", "[crit]", "[alert]", "[emerg]", "critical:", "traceback",
    ]
    .contains { words.contains($0) }
    let isWarning = ["warning:", "[warn]"].contains { words.contains($0) }
    // PostgreSQL calls it fatal that a session ends with the server, at every stop.
    guard isError || isWarning, !words.contains("due to administrator command") else { return nil }
    return start(nil, name) + paint(Self.printable(line), isError ? .red : .yellow)
  }

  /// Clock time and program's name, in columns. A program that tells no time gets an empty column.
  private func start(_ time: String?, _ name: String) -> String {
    let clock = time.flatMap { $0.split(separator: "T").last.map { String($0.prefix(12)) } } ?? ""
    return paint(Self.padded(clock, 12), .dim) + " " + paint(Self.padded(name, nameWidth), .cyan) + " "
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func paint(_ text: String, _ style: Style) -> String {
    hasColours ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// A path comes from a client: control characters in it could steer the terminal.
  private static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
    return String(String.UnicodeScalarView(scalars))
  }
}

/// A member of a JSON log line.
private enum LogValue: Decodable {
  case text(String)
  case number(Double)
  case flag(Bool)
  case object([String: LogValue])
  case other

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let object = try? value.decode([String: LogValue].self) {
      self = .object(object)
    } else {
      self = .other
    }
  }

  var text: String {
    switch self {
    case .text(let text): text
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .flag(let flag): "\(flag)"
    case .object, .other: "…"
    }
  }
}
