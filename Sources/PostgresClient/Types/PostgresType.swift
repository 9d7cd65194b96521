/// A type's object id on the server (`pg_type.oid`); built-in types have the same one on every server.
public struct PostgresType: RawRepresentable, Sendable, Hashable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The server finds out from the statement which type it is.
  public static let inferred = PostgresType(rawValue: 0)
  public static let bool = PostgresType(rawValue: 16)
  public static let bytea = PostgresType(rawValue: 17)
  public static let int8 = PostgresType(rawValue: 20)
  public static let int2 = PostgresType(rawValue: 21)
  public static let int4 = PostgresType(rawValue: 23)
  public static let text = PostgresType(rawValue: 25)
  public static let inet = PostgresType(rawValue: 869)
  public static let timestamptz = PostgresType(rawValue: 1184)
  public static let uuid = PostgresType(rawValue: 2950)
  public static let jsonb = PostgresType(rawValue: 3802)
  public static let boolArray = PostgresType(rawValue: 1000)
  public static let byteaArray = PostgresType(rawValue: 1001)
  public static let int4Array = PostgresType(rawValue: 1007)
  public static let textArray = PostgresType(rawValue: 1009)
  public static let int8Array = PostgresType(rawValue: 1016)
  public static let uuidArray = PostgresType(rawValue: 2951)

  /// Built-in types whose binary format is not their text.
  private static let opaque: Set<UInt32> = [
    16, 17, 20, 21, 23, 26, 600, 700, 701, 790, 829, 650, 869, 1082, 1083, 1114, 1184, 1186, 1266, 1560, 1562,
    1700, 2950, 3802, 1000, 1001, 1005, 1007, 1016, 1021, 1022, 1041, 1115, 1182, 1185, 1231, 2951, 3807,
  ]

  /// True if the binary format is UTF-8 text, as it is for text, varchar, citext, json and every enum.
  var isTextual: Bool { self == .text || !Self.opaque.contains(rawValue) }
}

/// The format of a value on the wire; the numbers are libpq's.
enum PostgresFormat: Int32, Sendable {
  case text = 0
  case binary = 1
}
