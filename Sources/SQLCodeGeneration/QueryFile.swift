/// One Swift file for one SQL file: per query a namespace (statement, parameters, row) and a function.
struct QueryFile {
  var fileName: String
  var queries: [Query]
  var names: SwiftNames
  var typeName: String
  var statementPrefix: String
  var settings: GenerateRequest.Settings

  func rendered() -> SourceFile {
    var lines = SourceLayout.header(source: settings.path(of: fileName))
    lines += Imports.lines(for: queries, and: ["PostgresClient"])
    let sources = queries.map { QuerySource(query: $0, names: names) }
    for source in sources { lines += [""] + namespace(source) }
    lines += ["", "extension \(typeName) {"]
    lines += sources.map(function).joined(separator: [""])
    lines.append("}")
    let stem = fileName.hasSuffix(".sql") ? String(fileName.dropLast(4)) : fileName
    return SourceFile(name: names.type(stem) + ".swift", text: lines.joined(separator: "\n") + "\n")
  }

  private func namespace(_ source: QuerySource) -> [String] {
    let query = source.query
    var lines = ["/// The query behind `\(typeName).\(source.functionName)`."]
    lines.append("public enum \(query.name) {")
    lines += source.statement("public static let statement", name: "\(statementPrefix).\(query.name)") + [""]
    lines += source.binding("public static func query", statement: "Self.statement")
    if query.declaresRow { lines += [""] + row(source) }
    return lines + ["}"]
  }

  private func row(_ source: QuerySource) -> [String] {
    var lines = ["  public struct Row: Sendable {"]
    lines += source.members.map { "    " + $0 }
    lines += ["", "    init(_ row: PostgresRow) throws(PostgresError) {"]
    for (index, column) in source.query.columns.enumerated() {
      let name = SwiftNames.escaped(column.name)
      lines.append("      self.\(name) = try row.decode(\(index), as: \(column.type.source).self)")
    }
    return lines + ["    }", "  }"]
  }

  private func function(_ source: QuerySource) -> [String] {
    let row = "\(source.query.rowOwner).Row"
    return source.running(
      "public func \(SwiftNames.escaped(source.functionName))",
      row: row,
      body: SourceLayout.list("let query = \(source.query.name).query", source.arguments, "", indentation: 4)
        + source.execution(by: "self.executor", row: row, decode: row)
    )
  }
}

/// `Queries.swift`: the struct that the other files extend with a function per query.
struct QueriesFile {
  var typeName: String
  var settings: GenerateRequest.Settings

  func rendered() -> SourceFile {
    let lines =
      SourceLayout.header(source: settings.queries.joined(separator: ", ")) + [
        "public import PostgresClient",
        "",
        "/// The queries of one database, run by a pool, a connection or a transaction.",
        "public struct \(typeName)<Executor: PostgresExecutor>: Sendable {",
        "  public let executor: Executor",
        "",
        "  public init(_ executor: Executor) {",
        "    self.executor = executor",
        "  }",
        "}",
      ]
    return SourceFile(name: "Queries.swift", text: lines.joined(separator: "\n") + "\n")
  }
}
