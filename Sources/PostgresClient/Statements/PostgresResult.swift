internal import CLibPQ

/// The rows a statement returned, or how many it changed.
public final class PostgresResult: Sendable, RandomAccessCollection {
  /// The `PGresult`, which is safe to share: libpq documents it as read-only after its creation and usable from any
  /// thread (manual, "Behavior in Threaded Programs"); this object is its only owner and frees it.
  nonisolated(unsafe) let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  public var rowCount: Int { Int(PQntuples(pointer)) }

  /// The number of rows an INSERT, UPDATE or DELETE changed, or a SELECT returned; 0 for anything else.
  public var affectedRows: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

  /// The command that ran with its number of rows, for example `INSERT 0 1`.
  public var commandTag: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }

  public var columnNames: [String] {
    (0..<PQnfields(pointer)).map { PQfname(pointer, $0).map { String(cString: $0) } ?? "" }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { rowCount }
  public subscript(row: Int) -> PostgresRow {
    precondition(row >= 0 && row < rowCount, "row out of range")
    return PostgresRow(result: self, row: Int32(row))
  }
}

/// One row of a result.
public struct PostgresRow: Sendable {
  let result: PostgresResult
  let row: Int32

  /// The value of a column, counted from 0.
  /// - Throws: `.decoding` if there is no such column or it holds another type.
  public func decode<Value: PostgresDecodable>(
    _ column: Int,
    as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    guard column >= 0, column < Int(PQnfields(result.pointer)) else {
      throw .decoding("no column \(column)")
    }
    return try Value.decode(PostgresCell(result: result, row: row, column: Int32(column)))
  }
}

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
