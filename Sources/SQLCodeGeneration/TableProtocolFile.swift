/// One Swift file for one template: the protocol that all its sets of tables conform to, and the rows that they share.
///
/// A set says how it makes each query and reads each row; the functions that run them are written once, for all sets.
struct TableProtocolFile {
  var expansion: Expansion
  var queries: [Query]
  var names: SwiftNames

  func rendered() -> SourceFile {
    let sources = queries.map { QuerySource(query: $0, names: names) }
    var lines = SourceLayout.header(source: "db/templates/\(expansion.template)")
    lines += Imports.lines(for: queries, and: ["PostgresClient"])
    lines += [""]
    lines += QueryComment.rendered(queries.map(\.comment.about).filter { !$0.isEmpty }, indentation: 0)
    lines.append("public protocol \(expansion.protocolName): Sendable {")
    lines += sources.map(requirements).joined(separator: [""])
    lines += ["}", "", "extension \(expansion.protocolName) {"]
    lines += sources.map(function).joined(separator: [""])
    lines.append("}")
    for source in sources where source.query.declaresRow { lines += [""] + row(source) }
    return SourceFile(name: expansion.protocolName + ".swift", text: lines.joined(separator: "\n") + "\n")
  }

  private func requirements(_ source: QuerySource) -> [String] {
    let name = source.query.name
    let query = SourceLayout.list(
      "static func \(SwiftNames.escaped(source.functionName))",
      source.declarations,
      " -> PostgresQuery",
      indentation: 2
    )
    guard source.query.declaresRow else { return source.query.comment.rendered(indentation: 2) + query }
    return source.query.comment.rendered(indentation: 2) + query
      + ["  /// Reads a row of `\(source.functionName)`."]
      + SourceLayout.list(
        "static func decode\(name)",
        ["_ row: PostgresRow"],
        " throws(PostgresError) -> \(name).Row",
        indentation: 2
      )
  }

  private func function(_ source: QuerySource) -> [String] {
    let (name, row) = (SwiftNames.escaped(source.functionName), "\(source.query.rowOwner).Row")
    return source.running(
      "public static func \(name)",
      first: "_ \(executor(source)): some PostgresExecutor",
      row: row,
      body: SourceLayout.list("let query = \(name)", source.arguments, "", indentation: 4)
        + source.execution(by: executor(source), row: row, decode: "decode\(source.query.rowOwner)")
    )
  }

  /// A name that no parameter of the query has.
  private func executor(_ source: QuerySource) -> String {
    source.query.parameters.contains { $0.name == "executor" } ? "database" : "executor"
  }

  private func row(_ source: QuerySource) -> [String] {
    let columns = source.query.columns
    let parameters = columns.map { "\(SwiftNames.escapedParameter($0.name)): \($0.type.source)" }
    return [
      "/// The query behind `\(expansion.protocolName).\(source.functionName)`.",
      "public enum \(source.query.name) {",
      "  public struct Row: Sendable {",
    ] + source.members.map { "    " + $0 } + [""]
      + SourceLayout.list("public init", parameters, " {", indentation: 4)
      + columns.map { "      self.\(SwiftNames.escaped($0.name)) = \(SwiftNames.escaped($0.name))" }
      + ["    }", "  }", "}"]
  }
}
