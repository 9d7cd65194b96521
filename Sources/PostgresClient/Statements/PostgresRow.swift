internal import CLibPQ

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
