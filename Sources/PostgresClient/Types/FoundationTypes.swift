public import FoundationEssentials

/// PostgreSQL's type timestamptz: microseconds since 2000-01-01 00:00 UTC. `infinity` is a date infinitely far away.
///
/// A date outside PostgreSQL's range (4713 BC to 294276 AD) is sent as a number the server refuses (22008).
extension Date: PostgresCodable {
  /// The seconds between 2000-01-01 and Foundation's reference date, 2001-01-01: a leap year.
  private static let secondsBetweenEpochs = 366.0 * 86_400
  private static let infinity = Int64.max
  private static let minusInfinity = Int64.min

  public static var postgresType: PostgresType { .timestamptz }

  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.write(microseconds) }

  private var microseconds: Int64 {
    let interval = timeIntervalSinceReferenceDate
    if interval.isInfinite { return interval > 0 ? Self.infinity : Self.minusInfinity }
    let rounded = ((interval + Self.secondsBetweenEpochs) * 1_000_000).rounded()
    guard let exact = Int64(exactly: rounded) else { return interval < 0 ? .min + 1 : .max - 1 }
    return exact
  }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> Date {
    try cell.decode(Date.self, where: { $0 == .timestamptz }) { bytes in
      switch bytes.wholeBigEndian(Int64.self) {
      case nil: nil
      case infinity: Date(timeIntervalSinceReferenceDate: .infinity)
      case minusInfinity: Date(timeIntervalSinceReferenceDate: -.infinity)
      case let microseconds?:
        Date(timeIntervalSinceReferenceDate: Double(microseconds) / 1_000_000 - secondsBetweenEpochs)
      }
    }
  }
}

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

/// PostgreSQL's type bytea.
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
