/// PostgreSQL's types text, varchar, citext, json and every enum, all of which have UTF-8 as their binary format.
///
/// The server finds out the parameter's type, so that a `String` can also be an enum's label.
extension String: PostgresArrayElement {
  public static var postgresType: PostgresType { .inferred }
  public static var postgresArrayType: PostgresType { .textArray }

  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.write(self) }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> String {
    try cell.decode(String.self, where: { $0.isTextual }, decode(element:))
  }

  public static func decode(element bytes: UnsafeRawBufferPointer) -> String? {
    // The connection's client_encoding is UTF8, so the server sends nothing else.
    String(decoding: bytes, as: UTF8.self)
  }
}

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

/// A jsonb value as its JSON text.
public struct PostgresJSON: PostgresCodable, Hashable {
  /// The version of jsonb's binary format, the only one there is.
  private static let version: UInt8 = 1

  public var text: String
  public init(text: String) { self.text = text }

  public static var postgresType: PostgresType { .jsonb }

  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.write(Self.version)
    buffer.write(text)
  }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> PostgresJSON {
    try cell.decode(PostgresJSON.self, where: { $0 == .jsonb }) { bytes in
      guard bytes.first == version else { return nil }
      return PostgresJSON(text: String(decoding: bytes.dropFirst(), as: UTF8.self))
    }
  }
}
