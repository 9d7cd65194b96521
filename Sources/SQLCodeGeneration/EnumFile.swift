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
