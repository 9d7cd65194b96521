// JSON: reading and writing JSON texts (RFC 8259); request and response bodies, and log lines.
//
//   JSONValue     what was read; strict: UTF-8 only, no trailing commas, bounded depth
//   JSONWriter    writes straight into bytes, in the order in which it is called
//
// Failure: a text that is no JSON object throws `JSONSyntaxError`, which names the reason and never repeats the text.

import FoundationEssentials

/// A JSON value as far as request bodies need it.
///
/// The value of a number that is not whole is dropped, since no endpoint takes one. A whole number beyond `Int` becomes
/// the largest or smallest `Int`: every limit is nearer.
public indirect enum JSONValue: Sendable, Equatable {
  case string(String)
  case bool(Bool)
  case integer(Int)
  case number
  case null
  case array([JSONValue])
  case object([String: JSONValue])
}

extension JSONValue: Decodable {
  public init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: AnyKey.self) {
      var members: [String: JSONValue] = [:]
      for key in object.allKeys { members[key.stringValue] = try object.decode(JSONValue.self, forKey: key) }
      self = .object(members)
    } else if var array = try? decoder.unkeyedContainer() {
      var elements: [JSONValue] = []
      while !array.isAtEnd { elements.append(try array.decode(JSONValue.self)) }
      self = .array(elements)
    } else {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        self = .null
      } else if let string = try? value.decode(String.self) {
        self = .string(string)
      } else if let bool = try? value.decode(Bool.self) {
        self = .bool(bool)
      } else if let integer = try? value.decode(Int.self) {
        self = .integer(integer)
      } else {
        // Nothing else is left, unless a string or number is malformed: then this throws.
        let number = try value.decode(Double.self)
        self = number == number.rounded() ? .integer(number > 0 ? .max : .min) : .number
      }
    }
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
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
  /// A JSON value of another kind.
  case notAnObject
}

extension JSONValue {
  /// Reads one JSON object in UTF-8 and returns its members.
  public static func object(in text: UnsafeRawBufferPointer) throws(JSONSyntaxError) -> [String: JSONValue] {
    guard text.contains(where: { !$0.isJSONWhitespace }) else { throw .empty }
    // UTF-16 and UTF-32 begin with a brace and a zero (RFC 4627 §3); in UTF-8 no JSON holds one.
    guard !text.contains(0) else { throw .malformed }
    if let flaw = JSONScan.firstFlaw(in: text) { throw flaw }
    let value: JSONValue
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: Data(text))
    } catch {
      throw .malformed
    }
    guard case .object(let members) = value else { throw .notAnObject }
    return members
  }
}

/// Finds what Foundation's decoder lets pass: deep nesting, which costs it a stack frame or more a level, and a comma
/// before a closing bracket, which RFC 8259 §4 does not allow.
enum JSONScan {
  /// Real bodies nest twice.
  static let depthLimit = 32

  static func firstFlaw(in bytes: UnsafeRawBufferPointer) -> JSONSyntaxError? {
    var depth = 0
    var isInString = false
    var isEscaped = false
    var previous: UInt8 = 0
    for byte in bytes where isInString || !byte.isJSONWhitespace {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if previous == UInt8(ascii: ",") { return .trailingComma }
        depth -= 1
      default: break
      }
      if depth > depthLimit { return .tooDeep }
      previous = byte
    }
    return nil
  }
}

extension UInt8 {
  fileprivate var isJSONWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
