import FoundationEssentials

/// The templates of all mails and the strings of all languages.
struct MailTemplates: Sendable {
  /// The files of `Resources` at the time of the build, by path. The layouts of the Mustache templates are expanded
  /// already (`embed-files --expand`), so that no service carries a template engine.
  static let embeddedFiles = Dictionary(
    uniqueKeysWithValues: MailResourceFiles.files.map { ($0.path, $0.text) }
  )

  /// Parsed once for all composers of a process.
  static let embedded = Result<MailTemplates, MailTemplateError> { () throws(MailTemplateError) in
    try MailTemplates(files: embeddedFiles)
  }

  let languages: [String]
  /// The templates by name, such as `code.html`.
  private let templates: [String: PlaceholderText]
  private let strings: [String: MailStrings]
  private let standard: MailStrings

  /// Parses and checks all templates and strings.
  /// - Parameter files: `templates/<shape>.{txt,html}.mustache` and `<language>/<namespace>.json` by path.
  init(files: [String: String]) throws(MailTemplateError) {
    templates = try Self.parseTemplates(files)
    languages = Set(files.keys.compactMap { $0.split(separator: "/").first.map(String.init) })
      .subtracting(["templates"]).sorted()
    var strings: [String: MailStrings] = [:]
    for language in languages { strings[language] = try MailStrings(language: language, files: files) }
    self.strings = strings
    standard = strings[MailLanguage.standard] ?? MailStrings()
    for type in MailType.allCases { try check(type) }
  }

  func strings(of language: String) -> MailStrings { strings[language] ?? standard }

  func render(
    _ type: MailType,
    language wanted: String,
    validity: Validity?,
    variables: [String: String]
  ) -> (subject: String, text: String, html: String) {
    let language = MailLanguage.choose(wanted, among: languages)
    var values = variables
    if let validity {
      values["validity"] =
        text("validity", language, ["count": String(validity.count)])[validity.key] ?? ""
    }
    values.merge(text("every_mail", language, values)) { given, _ in given }
    values.merge(text(type.strings, language, values)) { given, _ in given }
    values["portal"] = values[type.portalKey]
    values["language"] = MailLanguage.primarySubtag(language)
    let escaped = values.mapValues(HTMLEscaping.escape)
    // `check` has seen that both templates exist.
    return (
      subject: values["subject", default: ""],
      text: templates["\(type.template).txt"]?.filled(with: values) ?? "",
      html: templates["\(type.template).html"]?.filled(with: escaped) ?? ""
    )
  }

  /// Fills the strings of a namespace; a string that the language lacks is taken from en-US. (A test holds that none is
  /// lacking.)
  private func text(
    _ namespace: String,
    _ language: String,
    _ variables: [String: String]
  ) -> [String: String] {
    standard.render(namespace, variables)
      .merging(strings(of: language).render(namespace, variables)) { _, translated in translated }
  }

  private static func parseTemplates(
    _ files: [String: String]
  ) throws(MailTemplateError) -> [String: PlaceholderText] {
    var templates: [String: PlaceholderText] = [:]
    for (path, source) in files where path.hasPrefix("templates/") && path.hasSuffix(".mustache") {
      let name = path.dropFirst("templates/".count).dropLast(".mustache".count)
      templates[String(name)] = try PlaceholderText(source, file: path)
    }
    return templates
  }

  /// Checks that each placeholder of a mail's template and strings is filled by the composer or by a string.
  private func check(_ type: MailType) throws(MailTemplateError) {
    let own = standard.texts(type.strings)
    let file = "\(MailLanguage.standard)/\(type.strings).json"
    guard own["subject"] != nil else { throw MailTemplateError(file: file, problem: "no subject") }
    let shared = standard.texts("every_mail")
    let known = type.variables.union(own.keys).union(shared.keys).union(["portal", "language"])
    for name in ["\(type.template).txt", "\(type.template).html"] {
      let path = "templates/\(name).mustache"
      guard let template = templates[name] else { throw MailTemplateError(file: path, problem: "missing") }
      let unknown = template.names.subtracting(known).sorted()
      guard unknown.isEmpty else { throw MailTemplateError(file: path, problem: "nothing fills \(unknown)") }
    }
    let unknown = own.values.reduce(into: Set()) { $0.formUnion($1.names) }
      .subtracting(type.variables).sorted()
    guard unknown.isEmpty else { throw MailTemplateError(file: file, problem: "nothing fills \(unknown)") }
  }
}

/// A mistake in the embedded templates or strings, found when they are loaded at start.
public struct MailTemplateError: Error, CustomStringConvertible, Equatable {
  /// The file's path among the embedded files.
  public let file: String
  public let problem: String

  public var description: String { "mail resource \(file): \(problem)" }
}

/// A text with `{{name}}` placeholders, taken apart once and filled often.
struct PlaceholderText: Sendable {
  private struct Piece: Sendable {
    let text: String
    /// The name of the placeholder behind the text; nil in the last piece.
    let name: String?
  }

  private let pieces: [Piece]

  /// Takes a text apart.
  /// - Parameter file: the origin of the text, for the error.
  /// - Throws: for a tag that is not closed or not a plain name, such as those of Mustache that begin with a sign.
  init(_ source: String, file: String) throws(MailTemplateError) {
    var pieces: [Piece] = []
    var rest = source[...]
    while let open = rest.firstRange(of: "{{") {
      guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
        throw MailTemplateError(file: file, problem: "a placeholder is not closed")
      }
      let name = rest[open.upperBound..<close.lowerBound]
      guard let first = name.first, first.isLetter,
        name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
      else {
        throw MailTemplateError(file: file, problem: "{{\(name)}} is no placeholder")
      }
      pieces.append(Piece(text: String(rest[..<open.lowerBound]), name: String(name)))
      rest = rest[close.upperBound...]
    }
    pieces.append(Piece(text: String(rest), name: nil))
    self.pieces = pieces
  }

  /// The names of all placeholders.
  var names: Set<String> { Set(pieces.compactMap(\.name)) }

  /// Fills the placeholders. Values are inserted unchanged and not searched for placeholders; a missing one is empty.
  func filled(with values: [String: String]) -> String {
    pieces.reduce(into: "") { filled, piece in
      filled += piece.text
      if let name = piece.name { filled += values[name, default: ""] }
    }
  }
}

/// The strings of one language: `<namespace>.json`, flat key → string with `{{name}}` placeholders.
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

/// Chooses the language of a mail among those that exist.
enum MailLanguage {
  static let standard = "en-US"

  /// Returns the exact tag, else another one of the same primary language, else `en-US`. Letter case does not matter
  /// (RFC 5646 §2.1.1); a malformed or unknown tag gets `en-US`.
  static func choose(_ wanted: String, among available: [String]) -> String {
    let wanted = wanted.lowercased()
    if let exact = available.first(where: { $0.lowercased() == wanted }) { return exact }
    let primary = primarySubtag(wanted)
    return available.sorted().first { primarySubtag($0.lowercased()) == primary } ?? standard
  }

  /// The first part of a tag, `en` of `en-US`: the value of the HTML attribute `lang`.
  static func primarySubtag(_ tag: String) -> String {
    String(tag.prefix { $0 != "-" })
  }
}

/// Escapes text for HTML content and quoted attribute values.
enum HTMLEscaping {
  /// Works on scalars: compared as a whole character, a quotation mark followed by a combining mark would pass
  /// unescaped and end an attribute.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
