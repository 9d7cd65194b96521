public import FoundationEssentials

extension UUID: PostgresArrayElement {
  public static var postgresType: PostgresType { .uuid }
  public static var postgresArrayType: PostgresType { .uuidArray }

  public func encode(into buffer: inout PostgresParameterBuffer) {
    withUnsafeBytes(of: uuid) { buffer.write(contentsOf: $0) }
  }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> UUID {
    try cell.decode(UUID.self, where: { $0 == .uuid }, decode(element:))
  }

  public static func decode(element bytes: UnsafeRawBufferPointer) -> UUID? {
    bytes.count == 16 ? UUID(uuid: bytes.loadUnaligned(as: uuid_t.self)) : nil
  }
}
