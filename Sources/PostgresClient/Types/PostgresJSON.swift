/// A jsonb value as its JSON text.
public struct PostgresJSON: PostgresCodable, Hashable {
  /// Version of jsonb's binary format, the only one there is.
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
