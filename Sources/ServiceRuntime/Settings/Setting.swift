/// One environment variable of a service: the only place that knows its name, type, default and purpose.
public struct Setting<Value: Sendable>: Sendable {
  public let name: String
  public let type: SettingType<Value>
  /// The default in the form of the environment; nil when the variable is required or has no default.
  public let defaultText: String?
  /// A value for the time in which the other variables are still being checked; it never leaves the reader.
  let placeholder: Value
  public let purpose: String
  let isRequired: Bool

  /// A variable with a default.
  public init(
    _ name: String,
    _ type: SettingType<Value>,
    default value: Value,
    text: String,
    _ purpose: String
  ) {
    self.init(name, type, defaultText: text, placeholder: value, purpose, isRequired: false)
  }

  /// A variable without which the service does not start.
  public init(required name: String, _ type: SettingType<Value>, example: Value, _ purpose: String) {
    self.init(name, type, defaultText: nil, placeholder: example, purpose, isRequired: true)
  }

  private init(
    _ name: String,
    _ type: SettingType<Value>,
    defaultText: String?,
    placeholder: Value,
    _ purpose: String,
    isRequired: Bool
  ) {
    self.name = name
    self.type = type
    self.defaultText = defaultText
    self.placeholder = placeholder
    self.purpose = purpose
    self.isRequired = isRequired
  }
}

/// A setting without its type, as the reference page shows it.
public struct SettingDescription: Sendable, Equatable {
  public let name: String
  public let expectation: String
  /// The default in the form of the environment; empty when there is none.
  public let defaultText: String
  public let isRequired: Bool
  public let purpose: String
}

extension Setting {
  var description: SettingDescription {
    SettingDescription(
      name: name,
      expectation: type.expectation,
      defaultText: defaultText ?? "",
      isRequired: isRequired,
      purpose: purpose
    )
  }
}

/// Turns a variable's text into a value, and tells an operator what is expected when the text is none.
public struct SettingType<Value: Sendable>: Sendable {
  /// Completes "expected …".
  public let expectation: String
  /// Says what is wrong with a text that is no value, without repeating it; nil if there is nothing better to say than
  /// what is expected.
  public let problem: @Sendable (String) -> String?
  let parse: @Sendable (String) -> Value?

  public init(
    _ expectation: String,
    problem: @escaping @Sendable (String) -> String? = { _ in nil },
    parse: @escaping @Sendable (String) -> Value?
  ) {
    self.expectation = expectation
    self.problem = problem
    self.parse = parse
  }
}
