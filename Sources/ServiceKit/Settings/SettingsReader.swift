/// Reads a service's settings, noting every problem before any is reported.
public struct SettingsReader {
  private let environment: [String: String]
  private var problems: [String] = []
  /// Every setting that was asked for, in that order: a service's `--help` and its reference page are made of them.
  public private(set) var asked: [SettingDescription] = []
  /// Settings that are set but have no effect in this version.
  public internal(set) var withoutEffect: [String] = []

  public init(_ environment: [String: String]) {
    // An empty variable counts as one that is not set.
    self.environment = environment.filter { !$0.value.isEmpty }
  }

  /// The setting's value; after a problem a stand-in, which `finish` keeps from being used.
  public mutating func read<Value>(_ setting: Setting<Value>) -> Value {
    asked.append(setting.description)
    guard let text = environment[setting.name] else {
      if setting.isRequired { note(setting.name, "is not set", setting.type.expectation) }
      return setting.placeholder
    }
    guard let value = setting.type.parse(text) else {
      note(setting.name, "has a value that cannot be read", setting.type.expectation)
      return setting.placeholder
    }
    return value
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
    var values: [String: Value] = [:]
    for (name, text) in environment where name.hasPrefix(prefix) {
      guard let value = type.parse(text) else {
        note(name, "has a value that cannot be read", type.expectation)
        continue
      }
      values[String(name.dropFirst(prefix.count))] = value
    }
    return values
  }

  /// Whether a variable is set at all.
  public func isSet(_ name: String) -> Bool { environment[name] != nil }

  /// Notes a problem found by comparing settings with each other. Values are never repeated: they may be secret.
  public mutating func note(_ name: String, _ problem: String, _ expectation: String) {
    problems.append("\(name): \(problem), expected \(expectation)")
  }

  /// - Throws: `SettingsError` with one line per problem.
  public func finish() throws(SettingsError) {
    guard problems.isEmpty else { throw SettingsError(problems: problems.sorted()) }
  }
}

/// All that is wrong with a service's environment.
public struct SettingsError: Error, Sendable, Equatable {
  /// One line per problem: `NAME: what is wrong, what is expected`.
  public let problems: [String]

  public init(problems: [String]) {
    self.problems = problems
  }
}
