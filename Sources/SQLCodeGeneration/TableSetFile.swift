/// One Swift file for one template on one set of tables: the conformance to the template's protocol.
struct TableSetFile {
  /// The longest name of a prepared statement that PostgreSQL keeps apart from others (`NAMEDATALEN` − 1 bytes).
  static let longestStatementName = 63

  var expansion: Expansion
  var queries: [Query]
  var names: SwiftNames
  /// The module of the protocols.
  var protocolsModule: String

  /// Every query that cannot be prepared under its name.
  var problems: [String] {
    queries.filter { statementName($0).utf8.count > Self.longestStatementName }.map {
      "\(expansion.template): \($0.name): \(statementName($0)) is longer than \(Self.longestStatementName) bytes"
    }
  }

  func rendered() -> SourceFile {
    let template = expansion.template
    var lines = SourceLayout.header(source: "db/templates/\(template)")
    lines += Imports.lines(for: queries, and: ["PostgresClient", protocolsModule], areRowsPublic: false)
    lines += ["", "extension \(expansion.tables): \(expansion.protocolName) {"]
    lines += queries.map(query).joined(separator: [""])
    lines.append("}")
    let stem = template.hasSuffix(".sql") ? String(template.dropLast(4)) : template
    return SourceFile(
      name: "\(expansion.tables)+\(names.value(stem)).swift",
      text: lines.joined(separator: "\n") + "\n"
    )
  }

  private func statementName(_ query: Query) -> String { "\(expansion.tables).\(query.name)" }

  private func query(_ query: Query) -> [String] {
    let source = QuerySource(query: query, names: names)
    let statement = source.functionName + "Statement"
    let lines =
      source.statement("private static let \(statement)", name: statementName(query)) + [""]
      + source.binding(
        "public static func \(SwiftNames.escaped(source.functionName))",
        statement: statement
      )
    guard query.declaresRow else { return lines }
    let columns = query.columns.enumerated().map {
      "\(SwiftNames.escapedLabel($1.name)): try row.decode(\($0), as: \($1.type.source).self)"
    }
    return lines + [""]
      + SourceLayout.list(
        "public static func decode\(query.name)",
        ["_ row: PostgresRow"],
        " throws(PostgresError) -> \(query.name).Row {",
        indentation: 2
      )
      + SourceLayout.list("\(query.name).Row", columns, "", indentation: 4)
      + ["  }"]
  }
}

/// `Tables.swift`: the sets of tables of one database, each an enum without cases.
struct TablesFile {
  var expansions: [Expansion]

  func rendered() -> SourceFile {
    let templates = Dictionary(grouping: expansions, by: \.tables).mapValues {
      Set($0.map(\.template)).sorted()
    }
    var lines = SourceLayout.header(source: "db/templates")
    lines.removeLast()
    for (set, templates) in templates.sorted(by: { $0.key < $1.key }) {
      let paragraph = "The tables that the queries of \(templates.joined(separator: ", ")) are expanded for."
      lines += [""] + QueryComment.rendered([paragraph], indentation: 0) + ["public enum \(set): Sendable {}"]
    }
    return SourceFile(name: "Tables.swift", text: lines.joined(separator: "\n") + "\n")
  }
}
