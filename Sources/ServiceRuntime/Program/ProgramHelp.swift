/// A program's help text and its part of the settings page, made from the settings that it reads.
struct ProgramHelp {
  private let name: String
  private let summary: String
  private let settings: [SettingDescription]

  init<Settings>(_ definition: ServiceDefinition<Settings>) {
    name = definition.name
    summary = definition.summary
    var reader = SettingsReader([:])
    // Nothing is set, so this fails where something is required; what was asked for is known all the same.
    _ = try? definition.read(&reader)
    settings = reader.asked
  }

  /// The text of `--help`.
  var text: String {
    let width = settings.map(\.name.count).max() ?? 0
    let lines = settings.map { setting in
      let padding = String(repeating: " ", count: width - setting.name.count)
      return "  \(setting.name)\(padding)  \(setting.purpose) [\(setting.standing)]"
    }
    return """
      \(name): \(summary)

      It takes no arguments but --help, --version, --settings (this list as Markdown), and --health and --ready, which
      ask the service that runs with the same settings whether it lives and whether it is ready: exit code 0 or 1. It is
      configured by environment variables; wrong ones are all named at start, and it ends with exit code 78. Each
      variable NAME may be given as NAME_FILE, the path of a file with the value.

      \(lines.joined(separator: "\n"))
      """
  }

  /// The text of `--settings`: a section of docs/reference/settings.md.
  var markdown: String {
    let rows = settings.map { setting in
      "| `\(setting.name)` | \(setting.expectation) | \(setting.standing(quote: "`")) | \(setting.purpose) |"
    }
    return """
      ## \(name)

      | variable | type | default | use |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))
      """
  }
}

extension SettingDescription {
  fileprivate var standing: String { standing(quote: "") }

  fileprivate func standing(quote: String) -> String {
    if isRequired { return "required" }
    return defaultText.isEmpty ? "none" : quote + defaultText + quote
  }
}
