/// A Swift enum for an enum type of the database; the raw values are its labels.
public protocol PostgresEnum: RawRepresentable, PostgresArrayElement where RawValue == String {}

extension PostgresEnum {
  public static var postgresType: PostgresType { .inferred }
  public static var postgresArrayType: PostgresType { .inferred }

  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.write(rawValue) }

  /// - Throws: `.decoding` also for a label this program does not know.
  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> Self {
    try cell.decode(Self.self, where: { $0.isTextual }, decode(element:))
  }

  public static func decode(element bytes: UnsafeRawBufferPointer) -> Self? {
    Self(rawValue: String(decoding: bytes, as: UTF8.self))
  }
}
