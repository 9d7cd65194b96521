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
