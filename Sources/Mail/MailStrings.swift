import FoundationEssentials
import Mustache

/// One language's strings: `<namespace>.json`, flat key → string with `{{name}}` placeholders.
struct MailStrings: Sendable {
  private let namespaces: [String: [String: Entry]]

  private struct Entry: Sendable {
    let source: String
    let template: MustacheTemplate
  }

  init() { namespaces = [:] }

  init(language: String, files: [String: String]) throws(MailTemplateError) {
    var namespaces: [String: [String: Entry]] = [:]
    for (path, content) in files where path.hasPrefix("\(language)/") && path.hasSuffix(".json") {
      let namespace = String(path.dropFirst(language.count + 1).dropLast(".json".count))
      namespaces[namespace] = try Self.parse(content, file: path)
    }
    self.namespaces = namespaces
  }

  /// The keys of a namespace with the text as it stands in the file.
  func sources(_ namespace: String) -> [String: String] {
    namespaces[namespace, default: [:]].mapValues(\.source)
  }

  /// All strings of a namespace with their placeholders filled; values go in as text, never as template source.
  func render(_ namespace: String, _ variables: [String: String]) -> [String: String] {
    namespaces[namespace, default: [:]].mapValues { $0.template.render(variables) }
  }

  private static func parse(
    _ content: String,
    file: String
  ) throws(MailTemplateError) -> [String: Entry] {
    do {
      let strings = try JSONDecoder().decode([String: String].self, from: Data(content.utf8))
      // Keys that begin with an underscore are notes for translators.
      return try strings.filter { !$0.key.hasPrefix("_") }.mapValues {
        Entry(source: $0, template: try MustacheTemplate(string: MailTemplates.asText + $0))
      }
    } catch {
      throw MailTemplateError(file: file, problem: "\(error)")
    }
  }
}
