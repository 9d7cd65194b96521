/// The parameter values of one query in PostgreSQL's wire format, all in one buffer.
public struct PostgresParameters: Sendable {
  struct Cell: Sendable {
    /// The place of the value's bytes in `buffer`; a negative length is NULL.
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

/// The buffer into which values write their wire format; integers are in network byte order.
public struct PostgresParameterBuffer: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var isNull = false
  private(set) var format = PostgresFormat.binary

  init() {}

  /// Starts the next value and returns where it begins.
  mutating func begin() -> Int {
    isNull = false
    format = .binary
    if bytes.isEmpty { bytes.reserveCapacity(64) }
    return bytes.count
  }

  /// Makes the value NULL; whatever else is written is ignored.
  public mutating func writeNull() { isNull = true }

  public mutating func write<Integer: FixedWidthInteger>(_ integer: Integer) {
    withUnsafeBytes(of: integer.bigEndian) { bytes.append(contentsOf: $0) }
  }

  public mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  public mutating func write(contentsOf raw: UnsafeRawBufferPointer) { bytes.append(contentsOf: raw) }

  /// Writes the number of bytes that `body` writes, and then those bytes, as elements of arrays are written.
  mutating func writeCounted(_ body: (inout PostgresParameterBuffer) -> Void) {
    let start = bytes.count
    write(Int32(0))
    body(&self)
    let length = Int32(clamping: bytes.count - start - 4)
    withUnsafeBytes(of: length.bigEndian) { raw in
      for (index, byte) in raw.enumerated() { bytes[start + index] = byte }
    }
  }

  /// Writes the value in text format, as SQL would spell it; ends with the NUL that libpq wants.
  mutating func writeText(_ text: String) {
    format = .text
    write(text)
    bytes.append(0)
  }
}
