/// A one-dimensional array without NULLs. PostgreSQL: `array_recv` in src/backend/utils/adt/arrayfuncs.c.
extension Array: PostgresEncodable where Element: PostgresArrayElement {
  public static var postgresType: PostgresType { Element.postgresArrayType }

  public func encode(into buffer: inout PostgresParameterBuffer) {
    // A binary array names the object id of its elements' type, and an enum's differs from database to database.
    guard Element.postgresArrayType != .inferred else { return encodeAsText(into: &buffer) }
    let elementType = Element.postgresType == .inferred ? PostgresType.text : Element.postgresType
    buffer.write(Int32(isEmpty ? 0 : 1))  // dimensions
    buffer.write(Int32(0))  // no NULLs
    buffer.write(elementType.rawValue)
    guard !isEmpty else { return }
    buffer.write(Int32(clamping: count))
    buffer.write(Int32(1))  // the first index
    for element in self { buffer.writeCounted { element.encode(into: &$0) } }
  }

  private func encodeAsText(into buffer: inout PostgresParameterBuffer) {
    var text = "{"
    for element in self {
      if text.utf8.count > 1 { text += "," }
      var label = PostgresParameterBuffer()
      element.encode(into: &label)
      text += "\""
      for character in String(decoding: label.bytes, as: UTF8.self).unicodeScalars {
        if character == "\"" || character == "\\" { text += "\\" }
        text.unicodeScalars.append(character)
      }
      text += "\""
    }
    buffer.writeText(text + "}")
  }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
  public static func decode(_ cell: PostgresCell) throws(PostgresError) -> [Element] {
    let wanted = Element.postgresArrayType
    return try cell.decode([Element].self, where: { Self.accepts($0, as: wanted) }, read)
  }

  /// The arrays of varchar, citext and enums have ids of their own; their elements are text.
  private static func accepts(_ type: PostgresType, as wanted: PostgresType) -> Bool {
    type == wanted || ((wanted == .textArray || wanted == .inferred) && type.isTextual)
  }

  private static func read(_ bytes: UnsafeRawBufferPointer) -> [Element]? {
    guard let dimensions = bytes.bigEndian(Int32.self), dimensions <= 1 else { return nil }
    if dimensions == 0 { return [] }
    guard let count = bytes.bigEndian(Int32.self, at: 12), count >= 0 else { return nil }
    var elements: [Element] = []
    elements.reserveCapacity(Int(count))
    var offset = 20
    for _ in 0..<count {
      guard let length = bytes.bigEndian(Int32.self, at: offset), length >= 0,
        offset + 4 + Int(length) <= bytes.count
      else { return nil }
      let content = UnsafeRawBufferPointer(rebasing: bytes[(offset + 4)..<(offset + 4 + Int(length))])
      guard let element = Element.decode(element: content) else { return nil }
      elements.append(element)
      offset += 4 + Int(length)
    }
    return elements
  }
}
