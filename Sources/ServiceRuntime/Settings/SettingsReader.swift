internal import Glibc
internal import Vocabulary

/// Reads a service's settings, noting every problem before any is reported.
///
/// Every variable `NAME` may be given as `NAME_FILE`: the path of a file that holds the value, as container platforms
/// and systemd hand out secrets. Blanks and line ends at the end of a value are dropped, wherever it comes from:
/// editors, shells and tools for secrets put them there, and nobody sees them.
public struct SettingsReader {
  private var environment: [String: String]
  private var problems: [String] = []
  /// Every setting that was asked for, in that order: a service's `--help` and its reference page are made of them.
  public private(set) var asked: [SettingDescription] = []

  public init(_ environment: [String: String]) {
    // An empty variable counts as one that is not set.
    self.environment = environment.mapValues { String($0.withoutTrailingWhitespace) }
      .filter { !$0.value.isEmpty }
  }

  /// The setting's value; after a problem a placeholder, which `finish` keeps from being used.
  public mutating func read<Value>(_ setting: Setting<Value>) -> Value {
    asked.append(setting.description)
    let hadProblems = problems.count
    takeFile(setting.name)
    guard let text = environment[setting.name] else {
      if setting.isRequired, problems.count == hadProblems {
        note(setting.name, "is not set", setting.type.expectation)
      }
      return setting.placeholder
    }
    guard !Self.hasControlCharacters(text), let value = setting.type.parse(text) else {
      note(setting.name, Self.problem(of: text, setting.type), setting.type.expectation)
      return setting.placeholder
    }
    return value
  }

  /// Takes the value from the file that `NAME_FILE` names, if that is set.
  private mutating func takeFile(_ name: String) {
    let fileVariable = name + "_FILE"
    guard let path = environment[fileVariable] else { return }
    guard environment[name] == nil else {
      return note(fileVariable, "is set beside \(name)", "only one of the two")
    }
    let value: Substring
    switch SettingFile.read(path) {
    case .text(let text): value = text.withoutTrailingWhitespace
    case .tooLarge:
      return note(fileVariable, "names a file of more than 64 KiB", "a file with the value on one line")
    case .unreadable:
      return note(fileVariable, "names a file that cannot be read", "the path of a readable text file")
    }
    guard !value.contains(where: \.isNewline) else {
      return note(fileVariable, "names a file of several lines", "a file with the value on one line")
    }
    // As with variables, what is empty is not set.
    if !value.isEmpty { environment[name] = String(value) }
  }

  /// No setting has a use for them; in a password or a connection string they would only be seen as something that does
  /// not work.
  private static func hasControlCharacters(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control || $0 == "\u{FEFF}" }
  }

  /// Says what is wrong with a value without repeating it, since it may be secret.
  private static func problem<Value>(of text: String, _ type: SettingType<Value>) -> String {
    // Kubernetes sets NAME_PORT=tcp://ADDRESS:PORT for every service of the namespace, and with it SMTP_PORT for one
    // that is called smtp.
    if text.hasPrefix("tcp://") || text.hasPrefix("udp://") {
      return "has the value of a Kubernetes service link (enableServiceLinks: false switches them off)"
    }
    if hasControlCharacters(text) { return "has a control character or a byte order mark" }
    return type.problem(text) ?? "has a value that cannot be read"
  }

  /// Variables that share a prefix, by what follows it, as `INTERNAL_ENDPOINT_IND1`.
  public mutating func readAll<Value>(
    prefix: String,
    _ type: SettingType<Value>,
    _ purpose: String
  ) -> [String: Value] {
    asked.append(
      SettingDescription(
        name: prefix + "<REGION>",
        expectation: type.expectation,
        defaultText: "",
        isRequired: false,
        purpose: purpose
      )
    )
    for name in environment.keys where name.hasPrefix(prefix) && name.hasSuffix("_FILE") {
      takeFile(String(name.dropLast("_FILE".count)))
    }
    var values: [String: Value] = [:]
    for (name, text) in environment where name.hasPrefix(prefix) && !name.hasSuffix("_FILE") {
      guard !Self.hasControlCharacters(text), let value = type.parse(text) else {
        note(name, Self.problem(of: text, type), type.expectation)
        continue
      }
      values[String(name.dropFirst(prefix.count))] = value
    }
    return values
  }

  /// Says whether a variable is set at all.
  public func isSet(_ name: String) -> Bool { environment[name] != nil || environment[name + "_FILE"] != nil }

  /// The file that a variable's value comes from; nil if it stands in the variable itself.
  public func file(of name: String) -> String? { environment[name + "_FILE"] }

  /// Notes a problem found by comparing settings with each other. Values are never repeated: they may be secret.
  public mutating func note(_ name: String, _ problem: String, _ expectation: String) {
    problems.append("\(name): \(problem), expected \(expectation)")
  }

  /// - Throws: `SettingsError` with one line per problem.
  public func finish() throws(SettingsError) {
    guard problems.isEmpty else { throw SettingsError(problems: problems.sorted()) }
  }
}

/// The content of a file that `NAME_FILE` names.
private enum SettingFile {
  case text(String)
  /// It has more than 64 KiB, or no end, as devices have: it is no setting, and is not read on.
  case tooLarge
  /// It cannot be opened or read, or is no UTF-8.
  case unreadable

  private static let largest = 64 * 1024

  static func read(_ path: String) -> SettingFile {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .unreadable }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: largest + 1)
    var length = 0
    while length < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: length), buffer.count - length)
      }
      guard count >= 0 else { return .unreadable }
      guard count > 0 else { break }
      length += count
    }
    guard length <= largest else { return .tooLarge }
    return String(validating: bytes[..<length], as: UTF8.self).map(SettingFile.text) ?? .unreadable
  }
}

/// Every problem of a service's environment.
public struct SettingsError: Error, Sendable, Equatable {
  /// One line per problem: `NAME: what is wrong, what is expected`.
  public let problems: [String]

  public init(problems: [String]) {
    self.problems = problems
  }
}

/// Settings of earlier versions and plans. A service that finds one set logs a warning at start: a setting that is
/// silently ignored costs an operator a night.
public enum RetiredSettings {
  /// One line per variable that is set but no longer read.
  public static func warnings(_ environment: [String: String]) -> [String] {
    environment.keys.sorted().compactMap { name in
      replacement(of: name).map { "\(name) is not read; \($0)" }
    }
  }

  /// Those that are set.
  static func names(_ environment: [String: String]) -> Set<String> {
    Set(environment.keys.filter { replacement(of: $0) != nil })
  }

  private static func replacement(of name: String) -> String? {
    if name.hasSuffix("_CLEANUP_INTERVAL") {
      let stem = name.dropLast("_CLEANUP_INTERVAL".count)
      // HUB_TFA_TOKEN_CLEANUP_INTERVAL and HUB_SESSION_CLEANUP_INTERVAL became plural with the verb in front.
      return "use CLEANUP_\(stem.hasSuffix("S") ? stem : stem + "S")_INTERVAL"
    }
    // REGIONAL_DB_IND1_CONN, but not the worker's own REGIONAL_DB_DIRECT_CONN.
    if name.hasPrefix("REGIONAL_DB_"), name.hasSuffix("_CONN"), name != "REGIONAL_DB_CONN",
      name != "REGIONAL_DB_DIRECT_CONN"
    {
      return "use REGIONAL_DB_CONN: a service connects to the database of its own region only"
    }
    switch name {
    case "EMAIL_WORKER_ENABLED": return "mail is delivered by the worker and the global service, always"
    default: return nil
    }
  }
}
