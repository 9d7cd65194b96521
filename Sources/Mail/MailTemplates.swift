import Mustache

/// Every mail's templates and every language's strings.
struct MailTemplates: Sendable {
  /// Tells Mustache not to escape: values are escaped for HTML before they reach it (see `HTMLText`).
  static let asText = "{{% CONTENT_TYPE:TEXT}}"

  /// The folder `Resources` as it was when the program was built, by path.
  static let embeddedFiles = Dictionary(
    uniqueKeysWithValues: MailResourceFiles.files.map { ($0.path, $0.text) }
  )

  /// Parsed once for all composers of a process.
  static let embedded = Result<MailTemplates, MailTemplateError> { () throws(MailTemplateError) in
    try MailTemplates(files: embeddedFiles)
  }

  let languages: [String]
  private let library: MustacheLibrary
  private let strings: [String: MailStrings]
  private let standard: MailStrings

  /// - Parameter files: `templates/<shape>.{txt,html}.mustache` and `<language>/<namespace>.json` by path.
  init(files: [String: String]) throws(MailTemplateError) {
    library = try Self.parseTemplates(files)
    languages = Set(files.keys.compactMap { $0.split(separator: "/").first.map(String.init) })
      .subtracting(["templates"]).sorted()
    var strings: [String: MailStrings] = [:]
    for language in languages { strings[language] = try MailStrings(language: language, files: files) }
    self.strings = strings
    standard = strings[MailLanguage.standard] ?? MailStrings()
    for type in MailType.allCases { try check(type, files: files) }
  }

  func strings(of language: String) -> MailStrings { strings[language] ?? standard }

  func render(
    _ type: MailType,
    language wanted: String,
    validity: Validity,
    variables: [String: String]
  ) -> (subject: String, text: String, html: String) {
    let language = MailLanguage.choose(wanted, among: languages)
    var values = variables
    values["validity"] =
      text("validity", language, ["count": String(validity.count)])[validity.key] ?? ""
    values.merge(text("every_mail", language, values)) { given, _ in given }
    values.merge(text(type.strings, language, values)) { given, _ in given }
    values["portal"] = values[type.portalKey]
    values["language"] = MailLanguage.primarySubtag(language)
    let escaped = values.mapValues(HTMLText.escape)
    return (
      subject: values["subject", default: ""],
      // `check` has seen that both exist.
      text: library.render(values, withTemplate: "\(type.template).txt") ?? "",
      html: library.render(escaped, withTemplate: "\(type.template).html") ?? ""
    )
  }

  /// A namespace's strings, those that a language lacks in en-US. (A test sees to it that none are lacking.)
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
  ) throws(MailTemplateError) -> MustacheLibrary {
    var library = MustacheLibrary()
    for (path, source) in files where path.hasPrefix("templates/") && path.hasSuffix(".mustache") {
      let name = path.dropFirst("templates/".count).dropLast(".mustache".count)
      do {
        try library.register(asText + source, named: String(name))
      } catch {
        throw MailTemplateError(file: path, problem: "\(error)")
      }
    }
    return library
  }

  /// Whatever a template or a string shows must come from the composer or from the strings: Mustache would
  /// silently leave a hole.
  private func check(_ type: MailType, files: [String: String]) throws(MailTemplateError) {
    let own = standard.sources(type.strings)
    let file = "\(MailLanguage.standard)/\(type.strings).json"
    guard own["subject"] != nil else { throw MailTemplateError(file: file, problem: "no subject") }
    let shared = standard.sources("every_mail")
    let known = type.variables.union(own.keys).union(shared.keys).union(["portal", "language"])
    for path in ["\(type.template).txt", "\(type.template).html", "layout.txt", "layout.html"]
      .map({ "templates/\($0).mustache" })
    {
      guard let source = files[path] else { throw MailTemplateError(file: path, problem: "missing") }
      let unknown = Placeholders.names(in: source).subtracting(known).sorted()
      guard unknown.isEmpty else { throw MailTemplateError(file: path, problem: "nothing fills \(unknown)") }
    }
    let unknown = own.values.reduce(into: Set()) { $0.formUnion(Placeholders.names(in: $1)) }
      .subtracting(type.variables).sorted()
    guard unknown.isEmpty else { throw MailTemplateError(file: file, problem: "nothing fills \(unknown)") }
  }
}
