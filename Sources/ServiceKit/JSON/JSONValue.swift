import FoundationEssentials

/// A JSON value as far as request bodies need it: of numbers that are not whole it is only known that they are numbers, since
/// no endpoint takes one. A whole number beyond `Int` is the last one of `Int`: every limit is nearer.
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
