/// The pieces of Swift that a query is written down with, whichever file they stand in.
struct QuerySource {
  var query: Query
  var names: SwiftNames

  /// The name of the query's function.
  var functionName: String { names.function(query.name) }

  /// Parameters as a function declares them.
  var declarations: [String] {
    query.parameters.map { "\(SwiftNames.escapedParameter($0.name)): \($0.type.source)" }
  }

  /// Parameters as a call passes them on.
  var arguments: [String] {
    query.parameters.map { "\(SwiftNames.escapedLabel($0.name)): \(SwiftNames.escaped($0.name))" }
  }

  /// A constant with the statement.
  /// - Parameter declaration: everything before the initializer, e.g. `public static let statement`.
  func statement(_ declaration: String, name: String) -> [String] {
    var literal = SourceLayout.rawString(query.sql, indentation: 6)
    literal[0] = "    sql: " + literal[0]
    if query.comment.isLookup { literal[literal.count - 1] += "," }
    return ["  \(declaration) = PostgresStatement("]
      + ["    name: \"\(name)\","]
      + literal
      + (query.comment.isLookup ? ["    isLookup: true"] : [])
      + ["  )"]
  }

  /// A function that makes a `PostgresQuery` of the parameters.
  func binding(_ head: String, statement: String) -> [String] {
    let declared = SourceLayout.list(head, declarations, " -> PostgresQuery {", indentation: 2)
    guard !query.parameters.isEmpty else {
      return declared + ["    PostgresQuery(\(statement), PostgresParameters())", "  }"]
    }
    // The one local variable must not hide a parameter.
    var local = "parameters"
    while query.parameters.contains(where: { $0.name == local }) { local = "all" + local.capitalizedFirst }
    return declared
      + ["    var \(local) = PostgresParameters()"]
      + query.parameters.map { "    \(local).append(\(SwiftNames.escaped($0.name)))" }
      + ["    return PostgresQuery(\(statement), \(local))", "  }"]
  }

  /// The members of the query's row, as declarations.
  var members: [String] {
    query.columns.map { "public let \(SwiftNames.escaped($0.name)): \($0.type.source)" }
  }

  /// The documentation and head of a function that runs the query, and its result.
  /// - Parameters:
  ///   - head: everything before the parameters.
  ///   - first: a parameter before those of the query.
  func running(_ head: String, first: String? = nil, row: String, body: [String]) -> [String] {
    let result =
      switch query.command {
      case .one: " -> \(row)?"
      case .many: " -> [\(row)]"
      case .exec: ""
      case .execRows: " -> Int"
      }
    return query.comment.rendered(indentation: 2)
      + SourceLayout.list(
        head,
        (first.map { [$0] } ?? []) + declarations,
        " async throws(PostgresError)\(result) {",
        indentation: 2
      )
      + body
      + ["  }"]
  }

  /// The lines that run `query` and turn what comes back into the function's result.
  /// - Parameter decode: the function or initializer that makes a row of a `PostgresRow`.
  func execution(by executor: String, row: String, decode: String) -> [String] {
    let lines =
      switch query.command {
      case .exec:
        ["_ = try await \(executor).execute(query)"]
      case .execRows:
        ["return try await \(executor).execute(query).affectedRows"]
      case .one:
        [
          "let result = try await \(executor).execute(query)",
          "return result.rowCount == 0 ? nil : try \(decode)(result[0])",
        ]
      case .many:
        [
          "let result = try await \(executor).execute(query)",
          "var rows: [\(row)] = []",
          "rows.reserveCapacity(result.rowCount)",
          "for index in 0..<result.rowCount {",
          "  rows.append(try \(decode)(result[index]))",
          "}",
          "return rows",
        ]
      }
    return lines.map { "    " + $0 }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

/// The modules that a generated file imports because of the types in it.
enum Imports {
  /// - Parameters:
  ///   - modules: what every such file imports.
  ///   - areRowsPublic: whether the types of columns stand in public declarations, like those of parameters.
  static func lines(for queries: [Query], and modules: [String], areRowsPublic: Bool = true) -> [String] {
    let parameters = queries.flatMap(\.parameters).flatMap(Self.modules)
    let columns = queries.filter(\.command.givesRows).flatMap(\.columns).flatMap(Self.modules)
    let publicModules = Set(modules + parameters + (areRowsPublic ? columns : []))
    return publicModules.union(columns).sorted().map {
      (publicModules.contains($0) ? "public import " : "import ") + $0
    }
  }

  private static func modules(of value: Query.Value) -> [String] {
    (value.type.isFromFoundation ? ["FoundationEssentials"] : []) + (value.type.module.map { [$0] } ?? [])
  }
}
