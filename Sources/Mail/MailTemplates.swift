/// Every mail's templates and every language's strings.
struct MailTemplates: Sendable {
  /// The folder `Resources` as it was when the program was built, by path; the Mustache templates' layouts are already taken
  /// out of them (`embed-files --expand`), so that no service carries a template engine.
  static let embeddedFiles = Dictionary(
    uniqueKeysWithValues: MailResourceFiles.files.map { ($0.path, $0.text) }
  )

  /// Parsed once for all composers of a process.
  static let embedded = Result<MailTemplates, MailTemplateError> { () throws(MailTemplateError) in
    try MailTemplates(files: embeddedFiles)
  }

  let languages: [String]
  /// By name, such as `code.html`.
  private let templates: [String: PlaceholderText]
  private let strings: [String: MailStrings]
  private let standard: MailStrings

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
    // `check` has seen that both templates exist.
    return (
      subject: values["subject", default: ""],
      text: templates["\(type.template).txt"]?.filled(with: values) ?? "",
      html: templates["\(type.template).html"]?.filled(with: escaped) ?? ""
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
  ) throws(MailTemplateError) -> [String: PlaceholderText] {
    var templates: [String: PlaceholderText] = [:]
    for (path, source) in files where path.hasPrefix("templates/") && path.hasSuffix(".mustache") {
      let name = path.dropFirst("templates/".count).dropLast(".mustache".count)
      templates[String(name)] = try PlaceholderText(source, file: path)
    }
    return templates
  }

  /// Whatever a template or a string shows must come from the composer or from the strings: nothing else would
  /// fill the hole.
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
