internal import CLibPQ

/// One value of a result, in binary format.
public struct PostgresCell: Sendable {
  let result: PostgresResult
  let row: Int32
  let column: Int32

  public var isNull: Bool { PQgetisnull(result.pointer, row, column) == 1 }
  public var type: PostgresType { PostgresType(rawValue: PQftype(result.pointer, column)) }
  public var columnName: String { PQfname(result.pointer, column).map { String(cString: $0) } ?? "?" }

  /// The value's bytes, valid only during the call; none for NULL.
  public func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value?) -> Value? {
    guard !isNull, let start = PQgetvalue(result.pointer, row, column) else { return nil }
    let count = Int(PQgetlength(result.pointer, row, column))
    return withExtendedLifetime(result) { body(UnsafeRawBufferPointer(start: start, count: count)) }
  }

  /// Reads the value if the column's type passes and `read` accepts the bytes.
  public func decode<Value>(
    _ wanted: Value.Type,
    where accepts: (PostgresType) -> Bool,
    _ read: (UnsafeRawBufferPointer) -> Value?
  ) throws(PostgresError) -> Value {
    if accepts(type), let value = withBytes(read) { return value }
    throw .decoding(
      "column \(columnName) (type \(type.rawValue), \(isNull ? "NULL" : "not NULL")) is no \(Value.self)"
    )
  }
}

extension UnsafeRawBufferPointer {
  /// The integer in network byte order at the offset, if there are enough bytes.
  func bigEndian<Integer: FixedWidthInteger>(_ type: Integer.Type, at offset: Int = 0) -> Integer? {
    guard offset >= 0, offset + MemoryLayout<Integer>.size <= count else { return nil }
    return Integer(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// The integer that the bytes are, and nothing else.
  func wholeBigEndian<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? {
    count == MemoryLayout<Integer>.size ? bigEndian(type) : nil
  }
}
