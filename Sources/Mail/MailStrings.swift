import FoundationEssentials

/// One language's strings: `<namespace>.json`, flat key → string with `{{name}}` placeholders.
struct MailStrings: Sendable {
  private let namespaces: [String: [String: PlaceholderText]]

  init() { namespaces = [:] }

  init(language: String, files: [String: String]) throws(MailTemplateError) {
    var namespaces: [String: [String: PlaceholderText]] = [:]
    for (path, content) in files where path.hasPrefix("\(language)/") && path.hasSuffix(".json") {
      let namespace = String(path.dropFirst(language.count + 1).dropLast(".json".count))
      namespaces[namespace] = try Self.parse(content, file: path)
    }
    self.namespaces = namespaces
  }

  /// The strings of a namespace by their keys.
  func texts(_ namespace: String) -> [String: PlaceholderText] { namespaces[namespace, default: [:]] }

  /// All strings of a namespace with their placeholders filled.
  func render(_ namespace: String, _ variables: [String: String]) -> [String: String] {
    texts(namespace).mapValues { $0.filled(with: variables) }
  }

  private static func parse(
    _ content: String,
    file: String
  ) throws(MailTemplateError) -> [String: PlaceholderText] {
    let strings: [String: String]
    do {
      strings = try JSONDecoder().decode([String: String].self, from: Data(content.utf8))
    } catch {
      throw MailTemplateError(file: file, problem: "\(error)")
    }
    var texts: [String: PlaceholderText] = [:]
    // Keys that begin with an underscore are notes for translators.
    for (key, string) in strings where !key.hasPrefix("_") {
      texts[key] = try PlaceholderText(string, file: file)
    }
    return texts
  }
}
