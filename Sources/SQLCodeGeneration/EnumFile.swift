/// `Models.swift`: the database's enums, as far as queries use them. An enum that Swift declares by hand is compared
/// with the database's labels: a function over all of its cases does not compile when one is missing on either side.
struct EnumFile {
  var enums: [EnumType]
  var settings: GenerateRequest.Settings

  func rendered() -> SourceFile {
    var lines = SourceLayout.header(source: settings.queries.joined(separator: ", "))
    let modules = Set(enums.compactMap(\.module)).sorted().map { "import \($0)" }
    if enums.contains(where: { $0.module == nil }) { lines.append("public import PostgresClient") }
    lines += modules
    for type in enums {
      if type.module != nil {
        lines += [""] + check(type)
        continue
      }
      lines += ["", "/// The values of the database's type `\(type.databaseName)`."]
      lines.append("public enum \(type.swiftName): String, PostgresEnum, CaseIterable {")
      lines += type.cases.map(line)
      lines.append("}")
    }
    return SourceFile(name: "Models.swift", text: lines.joined(separator: "\n") + "\n")
  }

  private func check(_ type: EnumType) -> [String] {
    [
      "/// Compiles while the cases of `\(type.swiftName)` are the labels of the database's "
        + "type `\(type.databaseName)`.",
      "private func label(of value: \(type.swiftName)) -> String {",
      "  switch value {",
    ] + type.cases.map { "  case .\(SwiftNames.escaped($0.name)): \(literal($0.value))" } + ["  }", "}"]
  }

  private func line(_ enumCase: EnumType.Case) -> String {
    let name = SwiftNames.escaped(enumCase.name)
    if enumCase.name == enumCase.value { return "  case \(name)" }
    return "  case \(name) = \(literal(enumCase.value))"
  }

  private func literal(_ value: String) -> String {
    var pounds = ""
    while value.contains("\"" + pounds) || value.contains("\\" + pounds) { pounds += "#" }
    return "\(pounds)\"\(value)\"\(pounds)"
  }
}

/// A PostgreSQL enum that a query mentions.
struct EnumReference: Hashable {
  /// The name with its schema, e.g. `public.email_status`.
  var databaseName: String
  var swiftName: String
  /// The module that declares it by hand; nil if it is generated.
  var module: String?
  var values: [String]

  /// Each once, by Swift name.
  static func sorted(_ references: [EnumReference]) -> [EnumReference] {
    Set(references).sorted { ($0.swiftName, $0.databaseName) < ($1.swiftName, $1.databaseName) }
  }
}

/// A PostgreSQL enum whose values all have a name in Swift.
struct EnumType {
  struct Case {
    var name: String
    var value: String
  }

  var databaseName: String
  var swiftName: String
  /// The module that declares it by hand; nil if it is generated.
  var module: String?
  var cases: [Case]

  /// - Throws: ``GenerationError`` with every value that has no name in Swift or one that another has.
  init(_ reference: EnumReference, names: SwiftNames) throws(GenerationError) {
    databaseName = reference.databaseName
    swiftName = reference.swiftName
    module = reference.module
    cases = reference.values.map { Case(name: names.value($0), value: $0) }

    var problems: [String] = []
    var taken: Set<String> = []
    for enumCase in cases {
      if enumCase.name.isEmpty || enumCase.name == "self" {
        problems.append("the value \"\(enumCase.value)\" has no name in Swift")
      } else if !taken.insert(enumCase.name).inserted {
        problems.append("two values would be called \(enumCase.name) in Swift")
      }
    }
    let subject = "enum \(databaseName): "
    if !problems.isEmpty { throw GenerationError(problems: problems.map { subject + $0 }) }
  }
}
