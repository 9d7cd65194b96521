/// NULL or a value.
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
