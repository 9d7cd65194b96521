/// text, varchar, citext, json and every enum: all that has UTF-8 as its binary format.
///
/// The parameter's type is left to the server, so that a `String` can also be an enum's label.
extension String: PostgresArrayElement {
  public static var postgresType: PostgresType { .inferred }
  public static var postgresArrayType: PostgresType { .textArray }

  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.write(self) }

  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> String {
    try cell.decode(String.self, where: { $0.isTextual }, decode(element:))
  }

  public static func decode(element bytes: UnsafeRawBufferPointer) -> String? {
    // The session's client_encoding is UTF8, so the server sends nothing else.
    String(decoding: bytes, as: UTF8.self)
  }
}
