/// A PostgreSQL enum that a query mentions.
struct EnumReference: Hashable {
  /// The name with its schema, e.g. `public.email_status`.
  var databaseName: String
  var swiftName: String
  /// The module that declares it by hand; nil if it is generated.
  var module: String?
  var values: [String]

  /// Each once, by Swift name.
  static func sorted(_ references: [EnumReference]) -> [EnumReference] {
    Set(references).sorted { ($0.swiftName, $0.databaseName) < ($1.swiftName, $1.databaseName) }
  }
}

/// A PostgreSQL enum whose values all have a name in Swift.
struct EnumType {
  struct Case {
    var name: String
    var value: String
  }

  var databaseName: String
  var swiftName: String
  /// The module that declares it by hand; nil if it is generated.
  var module: String?
  var cases: [Case]

  /// - Throws: ``GenerationError`` with every value that has no name in Swift or one that another has.
  init(_ reference: EnumReference, names: SwiftNames) throws(GenerationError) {
    databaseName = reference.databaseName
    swiftName = reference.swiftName
    module = reference.module
    cases = reference.values.map { Case(name: names.value($0), value: $0) }

    var problems: [String] = []
    var taken: Set<String> = []
    for enumCase in cases {
      if enumCase.name.isEmpty || enumCase.name == "self" {
        problems.append("the value \"\(enumCase.value)\" has no name in Swift")
      } else if !taken.insert(enumCase.name).inserted {
        problems.append("two values would be called \(enumCase.name) in Swift")
      }
    }
    let subject = "enum \(databaseName): "
    if !problems.isEmpty { throw GenerationError(problems: problems.map { subject + $0 }) }
  }
}
