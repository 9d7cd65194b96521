internal import CLibPQ

/// The rows a statement returned, or how many it changed.
public final class PostgresResult: Sendable, RandomAccessCollection {
  /// Safe to share: libpq documents a PGresult as read-only after its creation and usable from any thread
  /// (manual, "Behavior in Threaded Programs"); this object is the only owner and frees it when nobody is left.
  nonisolated(unsafe) let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  public var rowCount: Int { Int(PQntuples(pointer)) }

  /// The number of rows an INSERT, UPDATE or DELETE changed, or a SELECT returned; 0 for anything else.
  public var affectedRows: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

  /// The command that ran, for example `INSERT 0 1`.
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
