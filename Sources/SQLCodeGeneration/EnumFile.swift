/// `Models.swift`: the database's enums, as far as queries use them.
struct EnumFile {
  var enums: [EnumType]
  var settings: GenerateRequest.Settings

  func rendered() -> SourceFile {
    var lines = SourceLayout.header(source: settings.queries.joined(separator: ", "))
    lines.append("public import PostgresClient")
    for type in enums {
      lines += ["", "/// The values of the database's type `\(type.databaseName)`."]
      lines.append("public enum \(type.swiftName): String, PostgresEnum, CaseIterable {")
      lines += type.cases.map(line)
      lines.append("}")
    }
    return SourceFile(name: "Models.swift", text: lines.joined(separator: "\n") + "\n")
  }

  private func line(_ enumCase: EnumType.Case) -> String {
    let name = SwiftNames.escaped(enumCase.name)
    if enumCase.name == enumCase.value { return "  case \(name)" }
    var pounds = ""
    while enumCase.value.contains("\"" + pounds) || enumCase.value.contains("\\" + pounds) { pounds += "#" }
    return "  case \(name) = \(pounds)\"\(enumCase.value)\"\(pounds)"
  }
}
