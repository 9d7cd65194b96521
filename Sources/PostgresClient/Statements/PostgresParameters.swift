/// The parameter values of one query in PostgreSQL's wire format, all in one buffer.
public struct PostgresParameters: Sendable {
  struct Cell: Sendable {
    /// The value's bytes in `buffer`; negative length is NULL.
    var offset: Int
    var length: Int32
    var format: PostgresFormat
    var type: PostgresType
  }

  private(set) var buffer = PostgresParameterBuffer()
  private(set) var cells: [Cell] = []

  public init() {}

  public mutating func append<Value: PostgresEncodable>(_ value: Value) {
    let offset = buffer.begin()
    value.encode(into: &buffer)
    let length = buffer.isNull ? -1 : Int32(clamping: buffer.bytes.count - offset)
    let type = Value.postgresType
    cells.append(Cell(offset: offset, length: length, format: buffer.format, type: type))
  }

  public var count: Int { cells.count }
}
