extension Int32: PostgresArrayElement {
  public static var postgresType: PostgresType { .int4 }
  public static var postgresArrayType: PostgresType { .int4Array }

  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.write(self) }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> Int32 {
    try cell.decode(Int32.self, where: { $0 == .int4 || $0 == .int2 }) { bytes in
      bytes.wholeBigEndian(Int32.self) ?? bytes.wholeBigEndian(Int16.self).map(Int32.init)
    }
  }

  public static func decode(element bytes: UnsafeRawBufferPointer) -> Int32? {
    bytes.wholeBigEndian(Int32.self)
  }
}

extension Int64: PostgresArrayElement {
  public static var postgresType: PostgresType { .int8 }
  public static var postgresArrayType: PostgresType { .int8Array }

  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.write(self) }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> Int64 {
    try cell.decode(Int64.self, where: { $0 == .int8 || $0 == .int4 }) { bytes in
      bytes.wholeBigEndian(Int64.self) ?? bytes.wholeBigEndian(Int32.self).map(Int64.init)
    }
  }

  public static func decode(element bytes: UnsafeRawBufferPointer) -> Int64? {
    bytes.wholeBigEndian(Int64.self)
  }
}

extension Bool: PostgresArrayElement {
  public static var postgresType: PostgresType { .bool }
  public static var postgresArrayType: PostgresType { .boolArray }

  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.write(UInt8(self ? 1 : 0)) }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> Bool {
    try cell.decode(Bool.self, where: { $0 == .bool }, decode(element:))
  }

  public static func decode(element bytes: UnsafeRawBufferPointer) -> Bool? {
    bytes.wholeBigEndian(UInt8.self).map { $0 != 0 }
  }
}
