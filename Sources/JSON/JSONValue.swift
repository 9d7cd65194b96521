// JSON: reading and writing JSON texts (RFC 8259); request and response bodies, and log lines.
//
//   JSONReader    one pass over a text; strict: UTF-8 only, no trailing commas, no member twice, bounded depth
//   JSONValue     what was read
//   JSONWriter    writes straight into bytes, in the order in which it is called
//
// Failure: a text that is no JSON object throws `JSONSyntaxError`, which names the reason and never repeats the text.

/// A JSON value as far as request bodies need it.
///
/// The value of a number that is not whole is dropped, since no endpoint takes one. A whole number beyond `Int` becomes
/// the largest or smallest `Int`: every limit is nearer.
public enum JSONValue: Sendable, Equatable {
  case string(String)
  case bool(Bool)
  case integer(Int)
  case number
  case null
  case array([JSONValue])
  case object([String: JSONValue])
}

/// The reason why a text is not accepted as a JSON object.
public enum JSONSyntaxError: Error, Equatable {
  /// Nothing but white space.
  case empty
  /// Bad syntax, invalid UTF-8, or text after the value.
  case malformed
  /// Nesting beyond 32 levels; real bodies nest twice.
  case tooDeep
  case trailingComma
  /// An object with two members of one name, of which one reader takes the first and another the last (RFC 8259 §4).
  case duplicateMember
  /// A JSON value of another kind.
  case notAnObject
}

extension JSONValue {
  /// Reads one JSON object in UTF-8 and returns its members.
  public static func object(in text: UnsafeRawBufferPointer) throws(JSONSyntaxError) -> [String: JSONValue] {
    var reader = JSONReader(text)
    return try reader.object()
  }
}
