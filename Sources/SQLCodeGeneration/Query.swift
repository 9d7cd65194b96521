/// A query that has a faithful counterpart in Swift.
struct Query {
  struct Value: Equatable {
    var name: String
    var type: SwiftType
  }

  /// The name in the SQL file or template, e.g. `FindHubUser`; also the name of its Swift namespace.
  var name: String
  var fileName: String
  var command: QueryCommand
  var sql: String
  var comment: QueryComment
  /// The query's parameters, in the order of `$1`, `$2`, …
  var parameters: [Value]
  var columns: [Value]

  /// The query whose namespace has the type of this one's rows.
  var rowOwner: String { comment.rowOwner ?? name }

  /// True if the query gives rows of a type that it declares itself.
  var declaresRow: Bool { command.givesRows && comment.rowOwner == nil }

  var enums: [EnumReference] {
    (parameters + columns).compactMap { value in
      if case .enumeration(let reference) = value.type.element { reference } else { nil }
    }
  }

  /// - Throws: ``GenerationError`` with everything that is wrong with this query.
  init(
    _ described: GenerateRequest.QueryDescription,
    types: TypeMap,
    names: SwiftNames
  ) throws(GenerationError) {
    let comment = QueryComment(lines: described.comments)
    let expansion = comment.expansion
    let name = expansion.map { String(described.name.dropFirst($0.prefix.count)) } ?? described.name
    let subject =
      expansion.map { "\($0.template): \(name) (\($0.tables))" } ?? "\(described.filename): \(name)"
    guard let command = QueryCommand(rawValue: described.cmd) else {
      let known = QueryCommand.allCases.map(\.rawValue).joined(separator: ", ")
      throw GenerationError("\(subject): \(described.cmd) is not supported; use one of \(known)")
    }
    var problems: [String] = []
    self.name = name
    fileName = described.filename
    self.command = command
    sql = described.text
    self.comment = comment
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
    for column in comment.nullableColumns {
      if let index = columns.firstIndex(where: { $0.name == names.value(column) }) {
        columns[index].type.isOptional = true
      } else {
        problems.append("nullable: there is no column \(column)")
      }
    }

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

  /// Tells if a statement only reads. A lock (`FOR UPDATE`) would be held by a connection that others share, and a
  /// `WITH` may hide a write, so neither counts.
  private static func isPlainRead(_ sql: String) -> Bool {
    let words = sql.uppercased().split { !$0.isLetter }
    let locks = zip(words, words.dropFirst()).contains { pair in
      pair.0 == "FOR" && ["UPDATE", "NO", "SHARE", "KEY"].contains(pair.1)
    }
    return words.first == "SELECT" && !locks
  }
}

/// The result of a query, declared after its name in the SQL file.
enum QueryCommand: String, CaseIterable {
  /// The first row, or none.
  case one = ":one"
  /// All rows.
  case many = ":many"
  /// Nothing.
  case exec = ":exec"
  /// How many rows it touched.
  case execRows = ":execrows"

  var givesRows: Bool { self == .one || self == .many }
}
