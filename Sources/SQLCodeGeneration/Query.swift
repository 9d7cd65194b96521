/// A query that has a faithful counterpart in Swift.
struct Query {
  struct Value {
    var name: String
    var type: SwiftType
  }

  /// As in the SQL file, e.g. `FindHubUser`; also the name of its Swift namespace.
  var name: String
  var fileName: String
  var command: QueryCommand
  var sql: String
  var comment: QueryComment
  /// In the order of `$1`, `$2`, …
  var parameters: [Value]
  var columns: [Value]

  var enums: [EnumReference] {
    (parameters + columns).compactMap { value in
      if case .enumeration(let reference) = value.type.element { reference } else { nil }
    }
  }

  /// - Throws: ``GenerationError`` with everything that is wrong with this query.
  init(
    _ described: GenerateRequest.QueryDescription,
    types: TypeMap,
    names: SwiftNames,
    options: GeneratorOptions
  ) throws(GenerationError) {
    let subject = "\(described.filename): \(described.name)"
    guard let command = QueryCommand(rawValue: described.cmd) else {
      let known = QueryCommand.allCases.map(\.rawValue).joined(separator: ", ")
      throw GenerationError("\(subject): \(described.cmd) is not supported; use one of \(known)")
    }
    var problems: [String] = []
    name = described.name
    fileName = described.filename
    self.command = command
    sql = described.text
    comment = QueryComment(lines: described.comments)
    parameters = Self.values(
      described.params.sorted { $0.number < $1.number }.map(\.column),
      types: types,
      names: names,
      cure: "write @name instead of $1",
      problems: &problems
    )
    columns = Self.values(
      described.columns,
      types: types,
      names: names,
      cure: "name it with AS",
      problems: &problems
    )

    if command.givesRows && described.columns.isEmpty {
      problems.append("\(command.rawValue) needs a query that returns columns")
    }
    if comment.isLookup && !(command == .one && Self.isPlainRead(sql)) {
      problems.append("only a :one SELECT that locks nothing can be a lookup")
    }
    guard problems.isEmpty else {
      throw GenerationError(problems: problems.map { "\(subject): \($0)" })
    }
  }

  private static func values(
    _ described: [GenerateRequest.Column],
    types: TypeMap,
    names: SwiftNames,
    cure: String,
    problems: inout [String]
  ) -> [Value] {
    var values: [Value] = []
    for (index, column) in described.enumerated() {
      let name = names.value(column.name)
      let subject = column.name.isEmpty ? "number \(index + 1)" : column.name
      if name.isEmpty || name == "self" {
        problems.append("\(subject): has no name in Swift; \(cure)")
      } else if values.contains(where: { $0.name == name }) {
        problems.append("\(subject): \(name) is there already; \(cure)")
      }
      do throws(GenerationError) {
        values.append(Value(name: name, type: try types.type(of: column)))
      } catch {
        problems += error.problems.map { "\(subject): \($0)" }
      }
    }
    return values
  }

  /// Whether a statement only reads. A lock (`FOR UPDATE`) would be held by a connection that others share, and a
  /// `WITH` may hide a write, so neither counts.
  private static func isPlainRead(_ sql: String) -> Bool {
    let words = sql.uppercased().split { !$0.isLetter }
    let locks = zip(words, words.dropFirst()).contains { pair in
      pair.0 == "FOR" && ["UPDATE", "NO", "SHARE", "KEY"].contains(pair.1)
    }
    return words.first == "SELECT" && !locks
  }
}
