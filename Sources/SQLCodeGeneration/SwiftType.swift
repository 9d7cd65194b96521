/// The Swift type of a parameter or column.
struct SwiftType: Equatable {
  enum Element: Equatable {
    case uuid, string, data, bool, int32, int64, date, json, inet
    case enumeration(EnumReference)
  }

  var element: Element
  var isArray: Bool
  var isOptional: Bool

  /// The type as it stands in source code, e.g. `[String]?`.
  var source: String {
    let scalar = element.source
    let value = isArray ? "[\(scalar)]" : scalar
    return isOptional ? value + "?" : value
  }

  /// True if the source needs FoundationEssentials.
  var isFromFoundation: Bool { [.uuid, .data, .date].contains(element) }

  /// The module of an enum that is not generated.
  var module: String? {
    if case .enumeration(let reference) = element { reference.module } else { nil }
  }
}

extension SwiftType.Element {
  var source: String {
    switch self {
    case .uuid: "UUID"
    case .string: "String"
    case .data: "Data"
    case .bool: "Bool"
    case .int32: "Int32"
    case .int64: "Int64"
    case .date: "Date"
    case .json: "PostgresJSON"
    case .inet: "PostgresInet"
    case .enumeration(let reference): reference.swiftName
    }
  }

  /// True if PostgresClient knows arrays of it.
  var canBeInArray: Bool { ![.date, .json, .inet].contains(self) }

  /// A type of PostgreSQL itself, by its catalog name or the SQL standard's; nil if it has no counterpart here.
  init?(builtIn name: String) {
    switch name {
    case "uuid": self = .uuid
    case "text": self = .string
    case "bytea": self = .data
    case "bool", "boolean": self = .bool
    case "int4", "integer", "int", "serial": self = .int32
    case "int8", "bigint", "bigserial": self = .int64
    case "timestamptz", "timestamp with time zone": self = .date
    case "jsonb": self = .json
    case "inet": self = .inet
    default: return nil
    }
  }
}
