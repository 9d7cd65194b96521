import ArgumentParser
import Mustache

/// Takes the layouts out of Mustache templates: what is left are texts with `{{name}}` placeholders, which a program
/// can fill without a template engine.
struct TemplateExpansion {
  private static let suffix = ".mustache"
  /// The tag that tells Mustache not to escape.
  private static let asText = "{{% CONTENT_TYPE:TEXT}}"

  private let templates: [EmbeddedFile]
  private var library = MustacheLibrary()
  /// The values of placeholders: each one's value is the placeholder itself.
  private var values: [String: String] = [:]
  private var layouts: Set<String> = []

  /// - Parameter files: those that end in `.mustache` are the templates, the others are ignored.
  /// - Throws: `ValidationError` for a template that Mustache cannot read, or with a tag whose meaning depends on
  ///   values: these are not known yet.
  init(of files: [EmbeddedFile]) throws {
    templates = files.filter { $0.path.hasSuffix(Self.suffix) }
    for template in templates {
      do {
        try library.register(Self.asText + template.text, named: Self.name(template))
      } catch {
        throw ValidationError("\(template.path): \(error)")
      }
      for match in template.text.matches(of: /\{\{([^}]*)\}\}/) { try note(match.output.1, in: template) }
    }
  }

  /// The files in their order: templates expanded, without those that others include.
  func expanded(_ files: [EmbeddedFile]) -> [EmbeddedFile] {
    files.compactMap { file in
      guard file.path.hasSuffix(Self.suffix) else { return file }
      if layouts.contains(Self.name(file)) { return nil }
      return library.render(values, withTemplate: Self.name(file)).map {
        EmbeddedFile(path: file.path, text: $0)
      }
    }
  }

  private mutating func note(_ tag: Substring, in template: EmbeddedFile) throws {
    switch tag.first {
    case "<", ">": layouts.insert(String(tag.dropFirst()))
    case "$", "/": break
    case .some(let first) where first.isLetter: values[String(tag)] = "{{\(tag)}}"
    default: throw ValidationError("\(template.path): {{\(tag)}} cannot be expanded")
    }
  }

  /// The name by which other templates include it: the file's name without the suffix.
  private static func name(_ file: EmbeddedFile) -> String {
    String((file.path.split(separator: "/").last ?? "").dropLast(suffix.count))
  }
}
