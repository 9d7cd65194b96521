public import FoundationEssentials

/// bytea
extension Data: PostgresArrayElement {
  public static var postgresType: PostgresType { .bytea }
  public static var postgresArrayType: PostgresType { .byteaArray }

  public func encode(into buffer: inout PostgresParameterBuffer) {
    withUnsafeBytes { buffer.write(contentsOf: $0) }
  }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> Data {
    try cell.decode(Data.self, where: { $0 == .bytea }, decode(element:))
  }

  public static func decode(element bytes: UnsafeRawBufferPointer) -> Data? { Data(bytes) }
}
