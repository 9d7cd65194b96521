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

/// A value, or nil for NULL.
extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  public static var postgresType: PostgresType { Wrapped.postgresType }

  public func encode(into buffer: inout PostgresParameterBuffer) {
    if let value = self { value.encode(into: &buffer) } else { buffer.writeNull() }
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> Wrapped? {
    cell.isNull ? nil : try Wrapped.decode(cell)
  }
}
