/// One Swift file for one SQL file: per query a namespace (statement, parameters, row) and a function.
struct QueryFile {
  var fileName: String
  var queries: [Query]
  var names: SwiftNames
  var options: GeneratorOptions
  var settings: GenerateRequest.Settings

  func rendered() -> SourceFile {
    var lines = SourceLayout.header(source: settings.path(of: fileName))
    let values = queries.flatMap { $0.parameters + $0.columns }
    if values.contains(where: \.type.isFromFoundation) { lines.append("public import FoundationEssentials") }
    lines.append("public import PostgresClient")
    for query in queries { lines += [""] + namespace(query) }
    lines += ["", "extension \(options.typeName) {"]
    lines += queries.map(function).joined(separator: [""])
    lines.append("}")
    let stem = fileName.hasSuffix(".sql") ? String(fileName.dropLast(4)) : fileName
    return SourceFile(name: names.type(stem) + ".swift", text: lines.joined(separator: "\n") + "\n")
  }

  private func namespace(_ query: Query) -> [String] {
    var lines = ["/// The query behind `\(options.typeName).\(names.function(query.name))`."]
    lines.append("public enum \(query.name) {")
    lines += statement(query) + [""] + binding(query)
    if query.command.givesRows { lines += [""] + row(query) }
    return lines + ["}"]
  }

  private func statement(_ query: Query) -> [String] {
    var literal = SourceLayout.rawString(query.sql, indentation: 6)
    literal[0] = "    sql: " + literal[0]
    if query.comment.isLookup { literal[literal.count - 1] += "," }
    return ["  public static let statement = PostgresStatement("]
      + ["    name: \"\(options.statementPrefix).\(query.name)\","]
      + literal
      + (query.comment.isLookup ? ["    isLookup: true"] : [])
      + ["  )"]
  }

  private func binding(_ query: Query) -> [String] {
    let declared = SourceLayout.list(
      "public static func query",
      declarations(query),
      " -> PostgresQuery {",
      indentation: 2
    )
    guard !query.parameters.isEmpty else {
      return declared + ["    PostgresQuery(Self.statement, PostgresParameters())", "  }"]
    }
    // The one local variable must not hide a parameter.
    var local = "parameters"
    while query.parameters.contains(where: { $0.name == local }) { local = "all" + local.capitalizedFirst }
    return declared
      + ["    var \(local) = PostgresParameters()"]
      + query.parameters.map { "    \(local).append(\(SwiftNames.escaped($0.name)))" }
      + ["    return PostgresQuery(Self.statement, \(local))", "  }"]
  }

  private func row(_ query: Query) -> [String] {
    var lines = ["  public struct Row: Sendable {"]
    lines += query.columns.map { "    public let \(SwiftNames.escaped($0.name)): \($0.type.source)" }
    lines += ["", "    init(_ row: PostgresRow) throws(PostgresError) {"]
    for (index, column) in query.columns.enumerated() {
      let name = SwiftNames.escaped(column.name)
      lines.append("      self.\(name) = try row.decode(\(index), as: \(column.type.source).self)")
    }
    return lines + ["    }", "  }"]
  }

  private func function(_ query: Query) -> [String] {
    let result =
      switch query.command {
      case .one: " -> \(query.name).Row?"
      case .many: " -> [\(query.name).Row]"
      case .exec: ""
      case .execRows: " -> Int"
      }
    let name = SwiftNames.escaped(names.function(query.name))
    let arguments = query.parameters.map {
      "\(SwiftNames.escapedLabel($0.name)): \(SwiftNames.escaped($0.name))"
    }
    return query.comment.rendered(indentation: 2)
      + SourceLayout.list(
        "public func \(name)",
        declarations(query),
        " async throws(PostgresError)\(result) {",
        indentation: 2
      )
      + SourceLayout.list("let query = \(query.name).query", arguments, "", indentation: 4)
      + execution(query).map { "    " + $0 }
      + ["  }"]
  }

  private func execution(_ query: Query) -> [String] {
    switch query.command {
    case .exec:
      ["_ = try await self.executor.execute(query)"]
    case .execRows:
      ["return try await self.executor.execute(query).affectedRows"]
    case .one:
      [
        "let result = try await self.executor.execute(query)",
        "return result.rowCount == 0 ? nil : try \(query.name).Row(result[0])",
      ]
    case .many:
      [
        "let result = try await self.executor.execute(query)",
        "var rows: [\(query.name).Row] = []",
        "rows.reserveCapacity(result.rowCount)",
        "for index in 0..<result.rowCount {",
        "  rows.append(try \(query.name).Row(result[index]))",
        "}",
        "return rows",
      ]
    }
  }

  private func declarations(_ query: Query) -> [String] {
    query.parameters.map { "\(SwiftNames.escapedParameter($0.name)): \($0.type.source)" }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
