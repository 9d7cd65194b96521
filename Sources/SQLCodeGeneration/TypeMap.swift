/// The Swift types that stand for the types of one database.
struct TypeMap {
  private var enums: [String: EnumReference] = [:]
  private let defaultSchema: String

  /// - Parameter declared: enums that Swift declares by hand, as `Module.Type` by the database's name.
  init(catalog: GenerateRequest.Catalog, names: SwiftNames, declared: [String: String] = [:]) {
    defaultSchema = catalog.defaultSchema
    for schema in catalog.schemas {
      for described in schema.enums {
        let qualifiedName = "\(schema.name).\(described.name)"
        let parts = declared[described.name]?.split(separator: ".").map(String.init) ?? []
        enums[qualifiedName] = EnumReference(
          databaseName: qualifiedName,
          swiftName: parts.last ?? names.type(described.name),
          module: parts.count == 2 ? parts[0] : nil,
          values: described.vals
        )
      }
    }
  }

  /// The type of a column or parameter.
  ///
  /// - Throws: ``GenerationError`` without the name of the query, which the caller knows.
  func type(of column: GenerateRequest.Column) throws(GenerationError) -> SwiftType {
    if column.embedTable != nil {
      throw GenerationError("sqlc.embed is not supported; list the columns")
    }
    if column.isSqlcSlice {
      throw GenerationError("sqlc.slice is not supported; compare with = ANY(@values::TYPE[])")
    }
    let shown = Self.shown(column)
    guard let element = element(column.type) else {
      throw GenerationError("type \(shown) is unknown to the generator; add a cast to a known one")
    }
    if column.isArray, column.arrayDims > 1 || !element.canBeInArray {
      throw GenerationError("arrays of type \(shown) are not supported")
    }
    return SwiftType(element: element, isArray: column.isArray, isOptional: !column.notNull)
  }

  private func element(_ type: GenerateRequest.Identifier) -> SwiftType.Element? {
    // For the parameters of an INSERT, sqlc 1.31 writes the schema into the name.
    let builtIn = "pg_catalog."
    if type.schema.isEmpty, type.name.hasPrefix(builtIn) {
      return SwiftType.Element(builtIn: String(type.name.dropFirst(builtIn.count)))
    }
    let schema = type.schema.isEmpty ? defaultSchema : type.schema
    let qualifiedName = type.schema.isEmpty && type.name.contains(".") ? type.name : "\(schema).\(type.name)"
    if let reference = enums[qualifiedName] { return .enumeration(reference) }
    guard type.schema.isEmpty || type.schema == "pg_catalog" else { return nil }
    return SwiftType.Element(builtIn: type.name)
  }

  private static func shown(_ column: GenerateRequest.Column) -> String {
    let name = column.type.schema.isEmpty ? column.type.name : "\(column.type.schema).\(column.type.name)"
    return name + String(repeating: "[]", count: column.isArray ? max(1, column.arrayDims) : 0)
  }
}
