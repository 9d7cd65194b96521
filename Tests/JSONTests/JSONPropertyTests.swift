import TestSupport
import Testing

@testable import JSON

/// Properties of the JSON reader on random texts, held against a slow reader that follows RFC 8259 byte by byte.
@Suite struct JSONPropertyTests {
  static let seeds: [UInt64] = [1, 2, 3, 4]

  @Test(arguments: seeds) func theReaderAcceptsWhatTheGrammarSaysAndReadsTheSameValues(seed: UInt64) {
    var random = RandomText(seed: seed)
    var accepted = 0
    for round in 0..<500 {
      var text = Array(random.json(depth: 0).utf8)
      if round % 3 != 0 { random.damage(&text) }
      let read = text.withUnsafeBytes { bytes in try? JSONValue.object(in: bytes) }
      let expected = ReferenceJSON.object(text)
      #expect(
        read == expected,
        "seed \(seed), round \(round): \(String(decoding: text, as: UTF8.self).debugDescription)"
      )
      if read != nil { accepted += 1 }
    }
    #expect((150...450).contains(accepted), "texts are too rarely good or bad to prove much")
  }

  @Test(arguments: seeds) func arbitraryBytesAreRefusedOrRead(seed: UInt64) {
    var random = RandomText(seed: seed)
    for _ in 0..<2000 {
      let body = random.bytes(0...40).map { $0 % 4 == 0 ? Array("{}[]\":,\\u0e-1".utf8)[Int($0) % 13] : $0 }
      let text = Array("{".utf8) + body + Array("}".utf8)
      let read = text.withUnsafeBytes { bytes in try? JSONValue.object(in: bytes) }
      #expect(read == ReferenceJSON.object(text), "seed \(seed): \(text)")
    }
  }

  @Test(arguments: seeds) func whatTheWriterWritesIsReadAgain(seed: UInt64) throws {
    var random = RandomText(seed: seed)
    for _ in 0..<500 {
      let (name, value) = (random.anyText(), random.anyText())
      let number = Int.random(in: .min ... .max, using: &random.generator)
      let list = (0..<3).map { _ in random.anyText() }
      var writer = JSONWriter()
      writer.object { members in
        members.member("number", number)
        members.member("flag", number > 0)
        members.member("list", list)
        members.member("inner", object: { inner in inner.member(named: name, value) })
      }
      let text = writer.bytes
      let read = try text.withUnsafeBytes { bytes in try JSONValue.object(in: bytes) }
      #expect(
        read == [
          "number": .integer(number), "flag": .bool(number > 0), "list": .array(list.map { .string($0) }),
          "inner": .object([name: .string(value)]),
        ]
      )
    }
  }
}

extension RandomText {
  fileprivate mutating func anyText() -> String {
    // U+0000 is refused in bodies.
    nearly(["", "plain", "\"\\/\u{1}\u{1F}\n\r\t", "சரி 🎉 e\u{301}"], alphabet: "a\"\\\n é", 0...12).replacing(
      "\0",
      with: ""
    )
  }

  private mutating func space() -> String { element(of: ["", "", "", " ", "\n", "\t\r"]) }

  /// The text of an object (at depth 0) or of any value, with white space and escapes at random.
  fileprivate mutating func json(depth: Int) -> String {
    let kind = depth == 0 ? 0 : Int.random(in: 0..<(depth < 4 ? 9 : 7), using: &generator)
    switch kind {
    case 0 where depth < 4, 7:
      let members = (0..<Int.random(in: 0...3, using: &generator)).map { number in
        "\(space())\(quoted("\(number)" + anyText()))\(space()):\(json(depth: depth + 1))"
      }
      return "\(space()){\(members.joined(separator: ","))\(space())}\(space())"
    case 8:
      let elements = (0..<Int.random(in: 0...3, using: &generator)).map { _ in json(depth: depth + 1) }
      return "\(space())[\(elements.joined(separator: ","))\(space())]\(space())"
    case 1: return space() + element(of: ["true", "false", "null"]) + space()
    case 2, 3: return space() + number() + space()
    default: return space() + quoted(anyText()) + space()
    }
  }

  private mutating func number() -> String {
    let digits = text(of: "0123456789", 1...12)
    let whole = digits.count > 1 ? String(digits.drop { $0 == "0" }) : digits
    return element(of: ["", "-"]) + (whole.isEmpty ? "0" : whole)
      + element(of: ["", "", ".0", ".5", ".\(digits)", "e2", "E-1", "e+3", "e-30"])
  }

  private mutating func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\u{0}"..<"\u{20}": text += escape(UInt16(scalar.value))
      case _ where Int.random(in: 0..<4, using: &generator) == 0:
        for unit in String(scalar).utf16 { text += escape(unit) }
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  private func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// Changes up to three bytes of a text.
  fileprivate mutating func damage(_ text: inout [UInt8]) {
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !text.isEmpty {
      let position = Int.random(in: 0..<text.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: text.remove(at: position)
      case 1: text.insert(element(of: Array("{}[]:,\"\\u01-.eE tn".utf8)), at: position)
      case 2: text[position] = UInt8.random(in: 0...255, using: &generator)
      default: text.removeSubrange(position...)
      }
    }
  }
}

/// A slow reader of JSON (RFC 8259) in UTF-8 that returns the members of an object, with the same limits as the reader
/// under test: 32 levels, and no U+0000 byte.
private struct ReferenceJSON {
  private struct Malformed: Error {}

  private let text: [UInt8]
  private var position = 0

  static func object(_ text: [UInt8]) -> [String: JSONValue]? {
    guard String(validating: text, as: UTF8.self) != nil, !text.contains(0) else { return nil }
    var reader = ReferenceJSON(text: text)
    guard case .object(let members)? = try? reader.value(depth: 0) else { return nil }
    reader.skipSpace()
    return reader.position == text.count ? members : nil
  }

  private init(text: [UInt8]) { self.text = text }

  private var next: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func take(_ expected: String) throws {
    guard text[position...].starts(with: expected.utf8) else { throw Malformed() }
    position += expected.utf8.count
  }

  private mutating func takes(_ expected: String) -> Bool { (try? take(expected)) != nil }

  private mutating func value(depth: Int) throws -> JSONValue {
    skipSpace()
    switch next.map({ Character(Unicode.Scalar($0)) }) {
    case "{":
      guard depth < JSONReader.depthLimit else { throw Malformed() }
      return .object(try members(depth: depth))
    case "[":
      guard depth < JSONReader.depthLimit else { throw Malformed() }
      return .array(try elements(depth: depth))
    case "\"": return .string(try string())
    case "t":
      try take("true")
      return .bool(true)
    case "f":
      try take("false")
      return .bool(false)
    case "n":
      try take("null")
      return .null
    default: return try number()
    }
  }

  private mutating func members(depth: Int) throws -> [String: JSONValue] {
    try take("{")
    var members: [String: JSONValue] = [:]
    skipSpace()
    if takes("}") { return members }
    repeat {
      skipSpace()
      let name = try string()
      skipSpace()
      try take(":")
      guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else { throw Malformed() }
      skipSpace()
    } while takes(",")
    try take("}")
    return members
  }

  private mutating func elements(depth: Int) throws -> [JSONValue] {
    try take("[")
    var elements: [JSONValue] = []
    skipSpace()
    if takes("]") { return elements }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while takes(",")
    try take("]")
    return elements
  }

  private mutating func string() throws -> String {
    try take("\"")
    var units: [UInt16] = []
    var plain: [UInt8] = []
    func flush() {
      units += String(decoding: plain, as: UTF8.self).utf16
      plain = []
    }
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw Malformed() }
      position += 1
      guard byte == UInt8(ascii: "\\") else {
        plain.append(byte)
        continue
      }
      flush()
      units.append(try escaped())
    }
    flush()
    try take("\"")
    // Half of a surrogate pair is no character.
    guard let string = String(validating: units, as: UTF16.self) else { throw Malformed() }
    return string
  }

  private mutating func escaped() throws -> UInt16 {
    guard let kind = next else { throw Malformed() }
    position += 1
    switch Character(Unicode.Scalar(kind)) {
    case "\"", "\\", "/": return UInt16(kind)
    case "b": return 8
    case "f": return 12
    case "n": return 10
    case "r": return 13
    case "t": return 9
    case "u":
      let digits = text[position...].prefix(4)
      guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw Malformed() }
      position += 4
      return unit
    default: throw Malformed()
    }
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    func digits() -> Int {
      let from = position
      while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
      return position - from
    }
    _ = takes("-")
    if !takes("0"), digits() == 0 { throw Malformed() }
    if takes("."), digits() == 0 { throw Malformed() }
    if takes("e") || takes("E") {
      if !takes("-") { _ = takes("+") }
      if digits() == 0 { throw Malformed() }
    }
    return try Self.value(String(decoding: text[start..<position], as: UTF8.self))
  }

  /// The value of a number: moves the decimal point of its digits.
  private static func value(_ literal: String) throws -> JSONValue {
    let parts = literal.split(whereSeparator: { "eE".contains($0) })
    let decimals = parts[0].split(separator: ".")
    var digits = String(decimals.joined())
    var shift = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - (decimals.count > 1 ? decimals[1].count : 0)
    while shift < 0, digits.hasSuffix("0") {
      digits.removeLast()
      shift += 1
    }
    if digits.allSatisfy({ $0 == "-" }) { return .integer(0) }
    if shift < 0 { return .number }
    digits += String(repeating: "0", count: min(shift, 30))
    return .integer(Int(digits) ?? (digits.hasPrefix("-") ? .min : .max))
  }
}
