/// A value that can be a statement's parameter.
public protocol PostgresEncodable: Sendable {
  /// The type the statement is prepared with; `.inferred` leaves it to the server.
  static var postgresType: PostgresType { get }
  func encode(into buffer: inout PostgresParameterBuffer)
}

/// A value that can be read from a result's cell.
public protocol PostgresDecodable: Sendable {
  /// - Throws: `.decoding` if the cell is NULL or of another type.
  static func decode(_ cell: PostgresCell) throws(PostgresError) -> Self
}

public typealias PostgresCodable = PostgresEncodable & PostgresDecodable

/// A value that can be an element of a one-dimensional array.
public protocol PostgresArrayElement: PostgresCodable {
  /// The type of the array; `.inferred` sends the array in text format, because binary arrays name their type.
  static var postgresArrayType: PostgresType { get }
  static func decode(element bytes: UnsafeRawBufferPointer) -> Self?
}
